// A first, sharp guess of what is hidden: whole patches of what is seen, laid from the rim inwards.
#pragma once

#include <opencv2/core.hpp>

namespace parlante {

struct ExemplarProblem {
  cv::Mat picture;  ///< CV_8UC4 (the fourth channel is not looked at); filled in place
  cv::Mat hole;     ///< CV_8U, non-zero where nothing is seen
  cv::Mat wanted;   ///< CV_8U, part of the hole: what is to be filled
  cv::Mat source;   ///< CV_8U, non-zero at the centres of patches that may be taken
};

inline constexpr int kExemplarRadius = 4;

/// A. Criminisi, P. Perez, K. Toyama, "Region Filling and Object Removal by Exemplar-Based Inpainting", 2004:
/// the patch on the rim whose surroundings are best known and into which an edge runs comes first; it takes
/// the patch of what is seen that agrees best with what it knows, near ones rather than far ones. So edges go
/// on, and nothing is a mean of two sides. What a patch brings along beyond that costs as much as its edges
/// are clear, so that things beside the hole are not put into it again. `reach`: px that patches are looked
/// for at first; where none is found, in all of the picture. `from` (CV_16SC2): the pixel each filled one is
/// a copy of; others are left alone. Returns the mask (CV_8U) of what was filled.
cv::Mat fill_by_exemplars(ExemplarProblem& problem, int reach, cv::Mat& from);

}  // namespace parlante
