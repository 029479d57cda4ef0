#include "stream/live_resampler.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/time.hpp"

namespace parlante {
namespace {

constexpr double kPass = 0.93;   ///< of half the lower rate: where the filter is half-way down
constexpr double kKaiser = 7.5;  ///< some 75 dB

}  // namespace

LiveResampler::LiveResampler(int rate) : rate_(rate) {
  static_assert(kTo == kSampleRate);
  if (rate == kTo) return;
  const double lower = std::min(1., static_cast<double>(kTo) / rate), cut = kPass * lower;
  reach_ = static_cast<int>(std::ceil(kReach / lower));
  kernel_.reserve((kPhases + 1) * taps());
  for (int phase = 0; phase <= kPhases; ++phase) {
    const std::size_t row = kernel_.size();
    for (int i = 0; i < 2 * reach_; ++i) {
      const double x = i - reach_ + 1 - static_cast<double>(phase) / kPhases;
      const double u = x / reach_, turn = std::numbers::pi * cut * x;
      const double window = std::abs(u) < 1 ? std::cyl_bessel_i(0, kKaiser * std::sqrt(1 - u * u)) /
                                                  std::cyl_bessel_i(0, kKaiser)
                                            : 0;
      const double sinc = std::abs(turn) < 1e-9 ? 1 : std::sin(turn) / turn;
      kernel_.push_back(static_cast<float>(window * sinc));
    }
    // The same loudness between all samples.
    const float sum = std::accumulate(kernel_.begin() + static_cast<std::ptrdiff_t>(row), kernel_.end(), 0.F);
    for (std::size_t i = row; i < kernel_.size(); ++i) kernel_[i] /= sum;
  }
}

std::int64_t LiveResampler::ready(std::int64_t known) const noexcept {
  if (kernel_.empty()) return known;
  // Sample n needs place floor(n·rate/16000) + reach to be known.
  const std::int64_t last = known - 1 - reach_;
  return last < 0 ? 0 : ((last + 1) * kTo - 1) / rate_ + 1;
}

}  // namespace parlante
