// The lips of the photo: closed by painting, and their texture where the closed mouth hides it.
#pragma once

#include <opencv2/core.hpp>

#include "avatar/photo_geometry.hpp"

namespace parlante {

/// The photo with its mouth's opening filled from the lips around it; the photo itself when its lips are
/// closed.
cv::Mat close_mouth(const PhotoGeometry& geometry, const cv::Mat& photo);

/// What the renderer needs to texture lips that open.
struct LipTexture {
  std::vector<Vec2f> texture;  ///< px of the photo, per vertex: hidden inner lip mirrored from the vermilion
  std::vector<float> slide;    ///< px outward at full opening, per vertex
  std::vector<float> inner_lip;  ///< 0..1, darkens from ring to ring
};
LipTexture lip_texture(const PhotoGeometry& geometry);

}  // namespace parlante
