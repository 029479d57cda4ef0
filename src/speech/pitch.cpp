#include "speech/pitch.hpp"

#include <Eigen/Core>
#include <algorithm>

namespace parlante {
namespace {

constexpr float kClearDip = 0.15F;       ///< the first dip below this is taken: guards against octave errors
constexpr float kVoicedDip = 0.30F;      ///< the deepest dip must reach this, or the frame is unvoiced
constexpr float kFaintestPower = 1e-6F;  ///< mean square, -60 dB of full scale

}  // namespace

float PitchDetector::estimate(std::span<const float, kSpan> samples) noexcept {
  using Window = Eigen::Map<const Eigen::Matrix<float, kWindow, 1>>;
  const Window start(samples.data());
  if (start.squaredNorm() < kFaintestPower * static_cast<float>(kWindow)) return 0;

  // The difference function, then its cumulative mean normalisation (equations 6 and 8).
  float sum_so_far = 0;
  difference_[0] = 1;
  for (std::size_t lag = 1; lag <= kLongestLag; ++lag) {
    const float sum = (start - Window(samples.data() + lag)).squaredNorm();
    sum_so_far += sum;
    difference_[lag] = sum_so_far > 0 ? sum * static_cast<float>(lag) / sum_so_far : 1;
  }

  const auto is_dip = [this](std::size_t lag) {
    return difference_[lag] <= difference_[lag - 1] && difference_[lag] < difference_[lag + 1];
  };
  std::size_t best = 0;
  for (std::size_t lag = kShortestLag; lag < kLongestLag; ++lag) {
    if (!is_dip(lag)) continue;
    if (best == 0 || difference_[lag] < difference_[best]) best = lag;
    if (difference_[lag] < kClearDip) break;
  }
  if (best == 0 || difference_[best] > kVoicedDip) return 0;

  const float left = difference_[best - 1], middle = difference_[best], right = difference_[best + 1];
  const float bend = left - 2 * middle + right;
  const float offset = bend > 0 ? std::clamp(0.5F * (left - right) / bend, -0.5F, 0.5F) : 0.F;
  return static_cast<float>(kSampleRate) / (static_cast<float>(best) + offset);
}

}  // namespace parlante
