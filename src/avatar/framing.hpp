// From a photo of any shape to the square working picture with head and shoulders (design 5.1).
#pragma once

#include <opencv2/core.hpp>

#include "core/image.hpp"
#include "core/result.hpp"
#include "face/face_tracker.hpp"

namespace parlante {

inline constexpr int kWorkingSize = 1024;  ///< px; the preparation's fixed sizes (pads, cells) belong to it

struct FramedPhoto {
  cv::Mat picture;  ///< CV_32FC3, kWorkingSize x kWorkingSize
  Face face;        ///< found anew in it
  cv::Rect crop;    ///< the square of the photo it shows
};

/// The square that frames a face: the largest one of the photo, or for small faces 6.3 distances of the
/// irises.
cv::Rect framing_square(int width, int height, const Landmarks& landmarks) noexcept;

/// Cuts the square out, scales it and finds the face in it. Errors: no_face when it is lost.
Result<FramedPhoto> frame_photo(const ImageU8& photo, const Face& face, FaceTracker& tracker);

}  // namespace parlante
