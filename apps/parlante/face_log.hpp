// The faces of a video between the two passes over it: on disk, so that memory does not grow with its length.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "core/result.hpp"
#include "face/face_tracker.hpp"
#include "track/tracked_frame.hpp"

namespace parlante::app {

/// What was seen in one frame; no face: nobody was seen.
struct LoggedFace {
  double seconds = 0;
  std::optional<Face> face;
};

TrackedFrame tracked_frame(const Face& face, float picture_size, double seconds);

class FaceLog {
 public:
  /// Errors: failed (no temporary file can be made).
  static Result<FaceLog> open();

  /// Errors: failed (the disk is full).
  Result<> write(const LoggedFace& seen, float picture_size);
  /// Back to the first frame.
  void rewind() noexcept;
  /// The next frame; false after the last. Errors: failed (cannot be read back).
  Result<bool> read(LoggedFace& seen);

  /// Faces evenly spread over what was written: all of a short video, some thousand of a long one.
  const std::vector<TrackedFrame>& sample() const noexcept { return sample_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  explicit FaceLog(std::FILE* file) : file_(file) {}

  std::unique_ptr<std::FILE, Close> file_;
  std::vector<TrackedFrame> sample_;
  std::int64_t frames_ = 0, read_ = 0, faces_ = 0, stride_ = 1;
};

}  // namespace parlante::app
