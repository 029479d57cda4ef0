#include "motion/closures.hpp"

#include <algorithm>
#include <cmath>

#include "speech/phonetic_front_end.hpp"

namespace parlante {
namespace {

constexpr float kPeak = 0.35F, kLag_s = 0.050F, kRamp_s = 0.045F;
constexpr float kFrame_s = static_cast<float>(kPhoneticHop) / kSampleRate;

float smoothstep(float x) {
  const float t = std::clamp(x, 0.F, 1.F);
  return t * t * (3 - 2 * t);
}

}  // namespace

float closure(std::span<const float> posterior, float hold_s) noexcept {
  float shut = 0;
  const std::size_t middle = posterior.size() / 2;
  for (std::size_t i = 0; i < posterior.size(); ++i) {
    const float here = posterior[i];
    if (here < kPeak) continue;
    if ((i > 0 && posterior[i - 1] > here) || (i + 1 < posterior.size() && posterior[i + 1] >= here))
      continue;
    const float peak_s = (static_cast<float>(i) - static_cast<float>(middle)) * kFrame_s - kLag_s;
    shut = std::max(shut, smoothstep(1 - (std::abs(peak_s) - 0.5F * hold_s) / kRamp_s));
  }
  return shut;
}

}  // namespace parlante
