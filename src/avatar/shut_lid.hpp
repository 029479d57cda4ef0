// The picture of an eye with its lids shut, which the photo never showed (design 5.8).
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

/// A part of the photo as it would be with the eye shut. The skin above the lid's margin is drawn down over
/// the ball, most of all near the margin, as it unrolls from its fold; over the ball its colour is that of
/// the skin above, a little darker, and light goes round the dome. `eye`: 0 right, 1 left; `light`:
/// Avatar::light; `detail`: skin_texture().
Patch shut_lid(const PhotoGeometry& geometry, const cv::Mat& photo, int eye, const EyeLayer& ball,
               const std::array<float, 9>& light, const cv::Mat& detail);

}  // namespace parlante
