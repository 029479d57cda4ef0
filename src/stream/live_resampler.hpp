// Sound of 8 to 48 kHz to what is heard, 16 kHz, with little delay.
#pragma once

#include <cstdint>
#include <vector>

namespace parlante {

/// A windowed sinc (Kaiser) over kReach periods of the lower rate, to each side. A function of the sound
/// around a place: it keeps nothing of it, so that sound may change as long as it was not converted.
class LiveResampler {
 public:
  /// `rate` in Hz.
  explicit LiveResampler(int rate);
  /// Samples at `rate` that must be known behind a converted one.
  int reach() const noexcept { return reach_; }
  /// The number of samples at 16 kHz that `known` samples are enough for.
  std::int64_t ready(std::int64_t known) const noexcept;
  /// Sample `index` at 16 kHz; `at(place)` gives the sound at `rate`.
  template <class At>
  float convert(std::int64_t index, At&& at) const noexcept {
    if (kernel_.empty()) return at(index);
    const std::int64_t scaled = index * rate_, place = scaled / kTo;
    const auto rest = static_cast<float>(scaled % kTo) / static_cast<float>(kTo) * kPhases;
    const auto phase = static_cast<std::size_t>(rest);
    const float t = rest - static_cast<float>(phase);
    const float* low = kernel_.data() + phase * taps();
    const float* high = low + taps();
    float sum = 0;
    for (int i = 0; i < 2 * reach_; ++i)
      sum += (low[i] + t * (high[i] - low[i])) * at(place - reach_ + 1 + i);
    return sum;
  }

 private:
  static constexpr int kTo = 16000, kReach = 24, kPhases = 256;
  std::size_t taps() const noexcept { return 2 * static_cast<std::size_t>(reach_); }

  int rate_, reach_ = 0;
  std::vector<float> kernel_;  ///< kPhases + 1 rows of taps; empty: nothing to convert
};

}  // namespace parlante
