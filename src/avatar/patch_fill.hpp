// Background that goes on behind the person: patches of what is seen, put together so that they agree.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

/// Fills `picture` (CV_32FC3, 0..255, square, its side a multiple of 4) where `hole` (CV_8U) is set. At a
/// quarter of the size exemplars go on from the rim (exemplar_fill.hpp); then, coarse to fine, every patch
/// that touches the hole improves on its nearest patch of the rest (C. Barnes and others, "PatchMatch",
/// SIGGRAPH 2009), and the patches found vote for the hole's pixels (Y. Wexler, E. Shechtman, M. Irani,
/// "Space-Time Completion of Video", PAMI 2007). Patches may differ by a small shift of colour, so that
/// gradients of a wall go on without steps. `seen`: the part of the hole that is worked out; the rest is a
/// membrane. `avoid`: non-zero where patches may not be taken from, the hole besides. Deterministic.
void fill_by_patches(cv::Mat& picture, const cv::Mat& hole, const cv::Mat& seen, const cv::Mat& avoid);

}  // namespace parlante
