// Time inside is integer: sample indices at 16 kHz, frame indices, and frame rates as fractions.
#pragma once

#include <cstdint>

namespace parlante {

/// The rate of all sound inside: mono float at 16 kHz.
inline constexpr int kSampleRate = 16000;

/// A positive fraction; as a frame rate, frames per second.
struct Rational {
  std::int64_t num = 25, den = 1;
  double value() const noexcept { return static_cast<double>(num) / static_cast<double>(den); }
};

/// The sample (at 16 kHz) at which frame `frame` is shown; exact up to the rounding down of one division.
inline std::int64_t sample_of_frame(std::int64_t frame, Rational rate) noexcept {
  return frame * kSampleRate * rate.den / rate.num;
}

/// The number of frames needed so that `samples` samples of sound are covered to their end.
inline std::int64_t frames_covering(std::int64_t samples, Rational rate) noexcept {
  const std::int64_t unit = kSampleRate * rate.den;
  return (samples * rate.num + unit - 1) / unit;
}

}  // namespace parlante
