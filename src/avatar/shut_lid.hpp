// The picture of an eye with its lids shut, which the photo never showed (design 5.8).
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

/// Fine texture of the face's calmest bare skin: a block of the photo itself as factors on its blurred self,
/// around 1, CV_32F.
cv::Mat skin_detail(const PhotoGeometry& geometry, const cv::Mat& photo);

/// A part of the photo as it would be with the eye shut. The skin above the lid's margin is drawn down over
/// the ball, most of all near the margin, as it unrolls from its fold; what lashes cover comes from beside
/// them; light goes round the dome. `eye`: 0 right, 1 left; `light`: Avatar::light; `detail`: skin_detail().
Patch shut_lid(const PhotoGeometry& geometry, const cv::Mat& photo, int eye, const EyeLayer& ball,
               const std::array<float, 9>& light, const cv::Mat& detail);

}  // namespace parlante
