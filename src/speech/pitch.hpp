// The fundamental frequency of a voice, frame by frame.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/time.hpp"

namespace parlante {

/// YIN (de Cheveigné and Kawahara, JASA 111, 2002) at 16 kHz for 60–400 Hz.
class PitchDetector {
 public:
  static constexpr std::size_t kLongestLag = kSampleRate / 60 + 1, kShortestLag = kSampleRate / 400;
  static constexpr std::size_t kWindow = 512;
  /// Samples that one estimate needs; it belongs to their middle.
  static constexpr std::size_t kSpan = kWindow + kLongestLag;

  /// The pitch in Hz, 0 where no period is found.
  float estimate(std::span<const float, kSpan> samples) noexcept;

 private:
  std::array<float, kLongestLag + 1> difference_{};
};

}  // namespace parlante
