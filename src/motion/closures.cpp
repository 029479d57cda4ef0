#include "motion/closures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/curves.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {
namespace {

constexpr float kPeak = 0.35F, kLag_s = 0.060F, kRamp_s = 0.045F;
constexpr float kReleaseAhead_s = 0.070F, kLongestHold_s = 0.090F;
constexpr float kFrame_s = static_cast<float>(kPhoneticHop) / kSampleRate;

/// How long after its peak at `peak` a contact is held.
float release(std::span<const float> others, std::size_t peak, float hold_s) {
  if (others.empty()) return 0.5F * hold_s;
  std::size_t next = peak + 1;
  while (next < others.size() && others[next] < kPeak) ++next;
  const float free_s =
      next < others.size() ? static_cast<float>(next - peak) * kFrame_s - kReleaseAhead_s : kLongestHold_s;
  return std::clamp(free_s, 0.5F * hold_s, kLongestHold_s);
}

/// A peak above kPeak that no neighbour tops.
bool is_peak(std::span<const float> posterior, std::size_t i) {
  const float here = posterior[i];
  return here >= kPeak && (i == 0 || posterior[i - 1] <= here) &&
         (i + 1 == posterior.size() || posterior[i + 1] < here);
}

/// When the articulators are where the peak at `i` hears them, from the middle of `posterior` on.
float seconds_ahead(std::span<const float> posterior, std::size_t i) {
  const std::size_t middle = posterior.size() / 2;
  return (static_cast<float>(i) - static_cast<float>(middle)) * kFrame_s - kLag_s;
}

}  // namespace

float until_contact(std::span<const float> posterior, float hold_s) noexcept {
  float nearest = std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < posterior.size(); ++i) {
    if (!is_peak(posterior, i)) continue;
    const float ahead = seconds_ahead(posterior, i);
    if (ahead >= 0) nearest = std::min(nearest, std::max(0.F, ahead - 0.5F * hold_s));
  }
  return nearest;
}

float closure(std::span<const float> posterior, float hold_s, std::span<const float> others) noexcept {
  float shut = 0;
  for (std::size_t i = 0; i < posterior.size(); ++i) {
    if (!is_peak(posterior, i)) continue;
    const float peak_s = seconds_ahead(posterior, i);
    const float away_s = peak_s > 0 ? peak_s - 0.5F * hold_s : -peak_s - release(others, i, hold_s);
    shut = std::max(shut, smoothstep(0, 1, 1 - away_s / kRamp_s));
  }
  return shut;
}

}  // namespace parlante
