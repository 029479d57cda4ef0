// Colours of what the photo's mouth hides, and the teeth it shows (design 5.6).
#pragma once

#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/light.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

struct MouthColours {
  cv::Vec3f tooth, tongue, gum, socket, lip;  ///< RGB
};

/// How much green the photo's light keeps, .81 to 1: less than 1 in purple light (lamps, a camera's wrong white),
/// which both skin and the white of the eyes must tell, RGB 0..255. Teeth of three such films have .81 to .88 of
/// the mean of their red and blue as green (docs/render.md), those of portraits .84 to 1.02 (5 to 95 %).
float green_kept(const cv::Vec3f& skin, const cv::Vec3f& sclera) noexcept;

/// `photo`: as it came (mouth open or not); `closed`: from close_mouth(). `sclera`: the white of the eyes.
MouthColours mouth_colours(const PhotoGeometry& geometry, const cv::Mat& photo, const cv::Mat& closed,
                           const cv::Vec3f& sclera, const FaceLight& light);

}  // namespace parlante
