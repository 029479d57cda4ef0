// The fine relief of a shut lid's skin: pores and creases.
#pragma once

#include <opencv2/core.hpp>

#include "avatar/lid_lines.hpp"

namespace parlante {

/// The photo does not show the skin of the lid that a shut eye shows; the thinnest skin beside it that it
/// does show lies below the eye, has creases that run the same way and is lit from the same side. Its light
/// over that about it goes over to the upper lid, place by place, as strong as the skin above the eye has it.
class LidGrain {
 public:
  /// `photo`: the part that `lines` are in; `above`: not 0 where it does not show the skin above the eye.
  LidGrain(const LidLines& lines, const cv::Mat& photo, const cv::Mat& above);

  /// What it adds to 1 at the column `x`, px of the part, `down` the lid: 0 at the upper end .. 1 at the
  /// margin.
  float operator()(float x, float down) const noexcept;

 private:
  const LidLines& lines_;
  cv::Mat detail_;
};

}  // namespace parlante
