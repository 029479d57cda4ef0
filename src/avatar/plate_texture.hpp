// Texture for the background that nobody saw: what lies behind the person is as rough as what lies beside it.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

/// The background in the hole: its low frequencies are filled in as a membrane, its texture is that of the
/// visible background, mirrored at the hole's rim. `photo` CV_32FC3, `hole` CV_8U (non-zero: unknown);
/// `px_per_cm` sets the scale that parts low frequencies from texture. At the rim the result is the photo;
/// deep inside it is smooth.
cv::Mat textured_background(const cv::Mat& photo, const cv::Mat& hole, float px_per_cm);

}  // namespace parlante
