// Frames of a video, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/image.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace parlante {

/// Not thread-safe.
class VideoReader {
 public:
  /// Errors: bad_picture (cannot be opened, no video stream).
  static Result<VideoReader> open(const std::string& source);
  ~VideoReader();
  VideoReader(VideoReader&&) noexcept;
  VideoReader& operator=(VideoReader&&) noexcept;

  /// Decodes the next frame into `frame` as upright RGB (memory is reused); false at the end.
  Result<bool> next(ImageU8& frame);
  /// Goes on at the last frame at or before `seconds` that can be decoded by itself; false where the file
  /// cannot be sought in.
  bool seek(double seconds);
  Rational rate() const noexcept;
  /// Of the whole video in seconds, as far as the file says; 0: not known.
  double claimed_seconds() const noexcept;
  /// Presentation time of the last frame in seconds (an edge: for reports and tests only).
  double seconds() const noexcept;

 private:
  struct State;
  explicit VideoReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
