// The fine texture of bare skin, for skin that the photo does not show.
#pragma once

#include <opencv2/core.hpp>

#include "avatar/photo_geometry.hpp"

namespace parlante {

/// A tile whose edges meet, as factors around 1, CV_32F: noise with the spectrum, the same in all directions,
/// of the most even of seven blocks of the face's bare skin (16 mm). Blocks of skin laid side by side would
/// show repeats.
cv::Mat skin_texture(const PhotoGeometry& geometry, const cv::Mat& photo);

}  // namespace parlante
