// The upper crowns of a photo that shows them: where each begins and ends, how long and how bright it is.
#pragma once

#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

/// Moves the upper crowns of `base` (Avatar::base) along the model's arch to where `photo` shows their gaps
/// and edges, and gives Avatar::crown_light. Where the photo does not show the front row clearly, or as no
/// row of teeth can be, `base` stays and all are 0. `lip`: colour of the lips (RGB 0..255).
std::array<float, kCrowns> take_own_teeth(const PhotoGeometry& geometry, const cv::Mat& photo,
                                          const cv::Vec3f& lip, std::vector<Vec3f>& base);

}  // namespace parlante
