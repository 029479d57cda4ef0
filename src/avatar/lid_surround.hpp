// What the photo shows about an open eye that a picture of the shut lid can be made of (design 5.8).
#pragma once

#include <opencv2/core.hpp>

#include "avatar/lid_lines.hpp"

namespace parlante {

/// Pictures are of the part of the photo that `lines` are in.
struct LidSurround {
  /// How far down the skin above the eye (0: the upper end of what moves, 1: the margin) is lightest: further
  /// down it lies in the shade of its fold, further up in the brow's hair.
  struct Row {
    float place, light;  ///< median luma
  };
  Row lightest;
  float uneven;     ///< octaves of luma between the darker and the lighter skin about the eye
  float cheek;      ///< median luma of the skin below the eye
  cv::Mat cleared;  ///< 0..1: the opening and the lashes about it, which a shut lid hides or carries away
  cv::Mat upper;    ///< the photo, filled where the upper lid's skin cannot be taken from it,
  cv::Mat lower;    ///< and where the lower lid's cannot
  cv::Mat hidden;   ///< not 0 where the photo does not show the upper lid's skin
  cv::Mat gone_on;  ///< the skin above `lightest` gone on over the lid
};

/// `photo`: the part; `eye`: 0 right, 1 left.
LidSurround lid_surround(const PhotoGeometry& geometry, int eye, const cv::Rect& part, const LidLines& lines,
                         const cv::Mat& photo);

}  // namespace parlante
