// Faces of a picture as boxes with eyes: MediaPipe's short-range detector.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"
#include "face/crop.hpp"
#include "nn/network.hpp"

namespace parlante {

/// A box in px of the picture, and the points the detector gives with it.
struct Detection {
  float score = 0;  ///< 0..1
  float x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  /// x, y of right eye, left eye, nose, mouth, right ear, left ear (of the person).
  std::array<float, 12> points{};

  float larger_side() const noexcept { return std::max(x1 - x0, y1 - y0); }
  /// Where the landmarks are read: a square 1.5 times the larger side, turned so that the eyes are level.
  Region landmark_region() const noexcept;
};

/// Intersection over union of two boxes.
float overlap(const Detection& a, const Detection& b) noexcept;

/// Not thread-safe. Allocates nothing of its own after the constructor.
class FaceDetector {
 public:
  /// Errors: broken_model when the network is not this detector.
  static Result<FaceDetector> open(const Network& network);

  /// The faces in a square of the picture (its part beyond the rim counts as black), best first; the network
  /// sees it at 128x128, so faces below about a sixth of the side are missed. Valid until the next call.
  std::span<const Detection> detect(const ImageU8& picture, const Region& square) noexcept;
  /// The smallest square around the whole picture.
  static Region whole(const ImageU8& picture) noexcept;

 private:
  explicit FaceDetector(const Network& network);
  void decode(const Region& square) noexcept;
  void merge_overlapping() noexcept;

  Inference inference_;
  std::size_t boxes_ = 0, scores_ = 0;  // indices of the outputs
  std::vector<Detection> candidates_, faces_;
};

}  // namespace parlante
