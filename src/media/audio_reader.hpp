// Any sound file, or the sound of a video, as a stream of samples.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/result.hpp"
#include "core/sink.hpp"

namespace parlante {

/// Decodes in pieces, so memory does not grow with length. Not thread-safe.
class AudioReader {
 public:
  /// `source`: a path, or "-" for standard input. The sound is converted to `rate` Hz and `channels` channels
  /// (1 or 2; more are mixed down), encoder delay removed, NaN and infinite samples become 0 and are reported
  /// once. Errors: bad_audio (cannot be opened, no sound stream, nothing decodable).
  static Result<AudioReader> open(const std::string& source, int rate, int channels,
                                  Sink& sink = null_sink());
  ~AudioReader();
  AudioReader(AudioReader&&) noexcept;
  AudioReader& operator=(AudioReader&&) noexcept;

  /// Fills up to interleaved.size() / channels samples; returns how many came, 0 at the end. A damaged tail
  /// ends the sound with a warning. Errors: bad_audio when not one sample could be decoded.
  Result<std::size_t> read(std::span<float> interleaved);
  int rate() const noexcept;
  int channels() const noexcept;
  /// Length in samples at `rate` as the file claims it, or estimated from its bit rate; 0 when neither is
  /// possible.
  std::int64_t claimed_length() const noexcept;

 private:
  struct State;
  explicit AudioReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
