// The guided filter of He, Sun and Tang (ECCV 2010) with a colour guide.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

/// Smooths `mask` (CV_32F) so that it follows the edges of `guide` (CV_32FC3, 0..1) in windows of `radius`
/// px; `epsilon` is the variance of the guide below which a window counts as flat.
cv::Mat guided_filter(const cv::Mat& guide, const cv::Mat& mask, int radius, float epsilon);

}  // namespace parlante
