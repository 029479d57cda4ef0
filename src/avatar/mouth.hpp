// Colours of what the photo's mouth hides, and the teeth it shows (design 5.6).
#pragma once

#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

struct MouthColours {
  cv::Vec3f tooth, tongue, gum, socket, lip;  ///< RGB
};

/// `photo`: as it came (mouth open or not); `closed`: from close_mouth(). `sclera`: the white of the eyes.
MouthColours mouth_colours(const PhotoGeometry& geometry, const cv::Mat& photo, const cv::Mat& closed,
                           const cv::Vec3f& sclera, float skin_luma);

}  // namespace parlante
