// Who is person and who is background (design 5.5).
#pragma once

#include <opencv2/core.hpp>

#include "avatar/photo_geometry.hpp"

namespace parlante {

/// Opacity of the person (CV_32F, 0..1) in the working picture: GrabCut at half size from a trimap of the
/// mesh, then in the band around its edge a colour model where foreground and background differ, a guided
/// filter where not.
cv::Mat person_alpha(const PhotoGeometry& geometry, const cv::Mat& photo);

}  // namespace parlante
