// How much goes on in the background beside the person.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

/// Deviation of the luma's fine structure near each pixel, of 255 (CV_32F), told by what is seen of the
/// background (`seen`: CV_8U) within some cm; where nothing is near, by what is farther.
cv::Mat roughness(const cv::Mat& photo, const cv::Mat& seen, float px_per_cm);

}  // namespace parlante
