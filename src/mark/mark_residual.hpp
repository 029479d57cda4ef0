// What of a picture may be the mark: its fine unevenness, made equally strong everywhere.
#pragma once

#include <opencv2/core/mat.hpp>

namespace parlante {

constexpr int kSearchChip = 4;  ///< px a chip where the mark is looked for

/// Of a picture of luma (CV_32F) in which a chip is about kSearchChip px: minus its blur, over its local
/// deviation, bounded, and with a spectrum flattened half way, so that the mark is not lost beneath the
/// picture's own coarse shapes. Same size.
cv::Mat mark_residual(const cv::Mat& luma);

/// The residual's sum over all places that fall on the same place of the tile, `chip` px a chip of the
/// residual: a square of kMarkTile * kSearchChip px a side (CV_32F).
cv::Mat folded(const cv::Mat& residual, double chip);

}  // namespace parlante
