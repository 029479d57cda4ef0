// How sharp the photo is, so that what is made can be as sharp (design 5.9).
#pragma once

#include <opencv2/core.hpp>

#include "face/landmarks.hpp"

namespace parlante {

/// Blur of the sharpest edges within the box of `face`, as the standard deviation of a bell, px: .7 for a
/// photo sharp to the pixel, 2 and more for enlarged or unfocused ones. An edge of height h behind such a
/// bell has the slope h / (sqrt(2 pi) · deviation). A picture without edges counts as sharp.
float edge_blur_px(const cv::Mat& photo, const Landmarks& face);

}  // namespace parlante
