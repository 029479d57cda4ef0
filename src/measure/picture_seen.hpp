// What the measures take from the pixels of a video.
#pragma once

#include <vector>

#include "core/image.hpp"
#include "face/face_tracker.hpp"

namespace parlante {

/// Sharpness of a part of a picture, from its luma (Rec. 601 weights).
struct Sharpness {
  double gradient = 0;  ///< root mean square of the central differences, of 255 a pixel
  /// Mean square of what a 3x3 binomial blur takes away, over the squared gradient: does not depend on the
  /// contrast, only on how fine the detail is. Noise and grain count as fine.
  double fineness = 0;
};
/// NaN when the rectangle, cut to the picture, is smaller than 5x5.
Sharpness sharpness(const ImageU8& picture, PixelRect part) noexcept;

struct SharpnessSeen {
  Sharpness mouth;   ///< in the box of the outer lips
  Sharpness cheeks;  ///< mean of two squares of .32 eye distances on the cheeks
};
SharpnessSeen sharpness_seen(const ImageU8& picture, const Landmarks& landmarks) noexcept;

/// How much the picture changes beside and above the head, over all frames: sums a pixel in four in both
/// directions. Not thread-safe.
class Background {
 public:
  /// `face`: null where nobody was seen. Frames of another size than the first are left out.
  void add(const ImageU8& picture, const Face* face);
  /// Mean over the pixels that never lay in the head's surroundings of their luma's standard deviation in
  /// time, of 255. The surroundings: the face's box and .6 of its width to both sides and upwards for the
  /// hair; and all below the chin, where shoulders move. NaN when less than 2 % of the picture is left, or
  /// below two frames.
  double temporal_std() const;

 private:
  int width_ = 0, height_ = 0;  // of the frames
  double left_ = 0, top_ = 0, right_ = 0, chin_ = 0;
  bool face_seen_ = false;
  int frames_ = 0;
  std::vector<float> mean_, squares_;  // Welford's running sums a sampled pixel
};

}  // namespace parlante
