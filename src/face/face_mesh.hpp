// 478 landmarks and 52 scores of the face in a region of a picture.
#pragma once

#include "core/arkit.hpp"
#include "core/image.hpp"
#include "core/result.hpp"
#include "face/crop.hpp"
#include "face/landmarks.hpp"
#include "nn/network.hpp"

namespace parlante {

/// Where the next frame's landmarks are read: the landmarks' box times 1.5, square, turned so that the outer
/// eye corners are level (MediaPipe's tracking).
Region region_of(const Landmarks& landmarks) noexcept;

/// Not thread-safe. Allocates nothing of its own after the constructor.
class FaceMesh {
 public:
  /// Errors: broken_model when the networks are not these.
  static Result<FaceMesh> open(const Network& landmarks, const Network& blendshapes);

  /// Reads the landmarks of the face in `region` (px of the picture); returns the probability that there is
  /// one. What was read is worthless when that is small.
  float read(const ImageU8& picture, const Region& region, Landmarks& landmarks) noexcept;
  /// Scores of a face of these landmarks in Apple's order; tongueOut is 0: the network does not know it.
  BlendshapeWeights scores(const Landmarks& landmarks) noexcept;

 private:
  FaceMesh(const Network& landmarks, const Network& blendshapes);

  Inference mesh_, blendshapes_;
  std::size_t points_ = 0, presence_ = 0, scores_ = 0;  // indices of the outputs
};

}  // namespace parlante
