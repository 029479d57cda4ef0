// What the colour of a pixel at the person's edge tells about its opacity.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

struct ColourGuess {
  cv::Mat alpha;       ///< CV_32F, 0..1
  cv::Mat confidence;  ///< CV_32F, 0..1: small where no pair explains the colour, or the two of it are alike
};

/// For each unknown pixel of `picture` (CV_32FC3, 0..1): known foreground and background met first along rays
/// in several directions, and of them the pair whose mixture comes nearest to its colour. `alpha` is 1 or 0
/// where `unknown` is not set.
ColourGuess guess_from_colours(const cv::Mat& picture, const cv::Mat& alpha, const cv::Mat& unknown,
                               int reach_px);

}  // namespace parlante
