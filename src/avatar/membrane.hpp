// Holes in pictures filled as a soap film would fill them.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

/// Replaces the pixels where `unknown` (CV_8U) is set by the solution of Laplace's equation with the known
/// pixels around them as its boundary and no flow through the picture's edges. `picture`: CV_32F with 1 or 3
/// channels; what it holds in unknown places does not matter. Coarse to fine, `sweeps` of over-relaxation a
/// level. Where nothing is known at all, the result is 0.
void fill_membrane(cv::Mat& picture, const cv::Mat& unknown, int sweeps = 30);

}  // namespace parlante
