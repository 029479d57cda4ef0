// The photo's noise: how strong and how fine, and the photo without it (design 5.9).
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "core/image.hpp"

namespace parlante {

struct PhotoNoise {
  std::array<float, 8> deviation{};  ///< standard deviation of luma at luma 16, 48, ... 240
  /// Of the bell that white noise would have to be blurred with to look like it, px: 0 for a sensor's pixels,
  /// .6 after a decoder, 1 and more in pictures that were enlarged.
  float sigma_px = 0;
};

/// Measured where nothing but noise is: in the blocks of 8 px that move least about their blur, at the
/// picture's size and at half of it. Texture can only add to what a level shows, and noise changes little
/// from one level to the next, so each level is bounded by its neighbours: leaves and cloth do not count.
PhotoNoise photo_noise(const cv::Mat& photo);

/// Takes luma noise off an RGB(A) picture where its detail is no stronger than noise; edges, hair and pores
/// stay (Wiener's filter on a local variance).
void take_noise_away(ImageU8& picture, const PhotoNoise& noise);

}  // namespace parlante
