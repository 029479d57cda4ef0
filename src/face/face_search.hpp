// Where faces may be in a picture of any size and shape: the detector over the whole, over tiles, and again
// up close.
#pragma once

#include <span>
#include <vector>

#include "face/face_detector.hpp"

namespace parlante {

/// Not thread-safe. Allocates nothing of its own after the constructor.
class FaceSearch {
 public:
  explicit FaceSearch(FaceDetector detector);

  /// Candidates in an RGB or RGBA picture, best first, none twice; valid until the next call. `per_side` 1
  /// searches the picture as a whole, n > 1 searches n x n overlapping tiles (fewer along a shorter side).
  std::span<const Detection> search(const ImageU8& picture, int per_side) noexcept;
  /// Whether the detector saw so little of the face that it should look at parts of the picture.
  static bool is_small(const Detection& face, const ImageU8& picture) noexcept;

 private:
  void add(std::span<const Detection> found) noexcept;
  Detection seen_closer(const ImageU8& picture, const Detection& face) noexcept;

  FaceDetector detector_;
  std::vector<Detection> faces_;
};

}  // namespace parlante
