// Opacity from few known pixels: A. Levin, D. Lischinski, Y. Weiss, "A Closed-Form Solution to Natural Image
// Matting", CVPR 2006.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

struct MatteProblem {
  cv::Mat picture;     ///< CV_32FC3, 0..1
  cv::Mat unknown;     ///< CV_8U, non-zero where the opacity is wanted
  cv::Mat alpha;       ///< CV_32F: the known opacity, and where it is unknown a first guess
  cv::Mat guess;       ///< CV_32F: what the colours of the pixel alone tell, used where it is unknown
  cv::Mat confidence;  ///< CV_32F, >= 0: how far `guess` is to be believed; 1 weighs like its surroundings
  float noise = 0;     ///< standard deviation of a channel of `picture`: what varies no more is one colour
};

/// Opacity as a local linear function of the colour: alpha = slope · colour + offset.
struct LinearMatte {
  cv::Mat slope;   ///< CV_32FC3
  cv::Mat offset;  ///< CV_32F
};

/// Solves for the unknown pixels of `problem.alpha` in place, by `iterations` of conjugate gradients, and
/// returns the linear functions that the 3 x 3 windows around each pixel agreed on (K. He, J. Sun,
/// "Fast Guided Filter", 2015): evaluated on the picture at a higher resolution they give the matte there.
LinearMatte solve_matte(MatteProblem& problem, int iterations);

}  // namespace parlante
