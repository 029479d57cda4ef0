// Who is person and who is background (design 5.5).
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "avatar/photo_geometry.hpp"
#include "avatar/photo_noise.hpp"
#include "core/image.hpp"

namespace parlante {

/// Opacity of the person (CV_32F, 0..1) in the working picture. `person`: the probability of
/// FaceTracker::person(). What it is sure of is kept; the band between, wider around the hair, is solved by
/// closed-form matting at half size and carried to the full size by its local linear functions of colour.
/// Before much structure colours tell little, and the network is believed the more.
cv::Mat person_alpha(const PhotoGeometry& geometry, const cv::Mat& photo, const ImageF& person,
                     const PhotoNoise& noise);

/// Where earrings would hang in the photo, px: right and left. An ear that the head hides lies inside the
/// face.
std::array<Vec2f, 2> ear_lobes(const PhotoGeometry& geometry) noexcept;

}  // namespace parlante
