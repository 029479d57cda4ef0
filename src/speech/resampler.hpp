// Sound of any rate and channel count to mono at 16 kHz, as it arrives.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// libsoxr, high quality. One flow of sound; not thread-safe.
class Resampler {
 public:
  /// `rate` in Hz, 1000..768000; `channels` 1..64, interleaved, averaged to mono. Errors: bad_audio.
  static Result<Resampler> open(double rate, int channels);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  /// Appends what is ready to `mono`. `interleaved` holds whole sample frames: a rest that is none is
  /// dropped. What is not a number counts as silence. The output lags the input by a few ms; its time zero is
  /// the input's.
  void push(std::span<const float> interleaved, std::vector<float>& mono);
  /// Appends the rest; afterwards the resampler is as new.
  void end(std::vector<float>& mono);

 private:
  struct State;
  explicit Resampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
