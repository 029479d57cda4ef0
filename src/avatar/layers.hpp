// The photo parted into the person and what is behind (design 5.5).
#pragma once

#include <opencv2/core.hpp>

#include "avatar/photo_geometry.hpp"
#include "core/image.hpp"

namespace parlante {

struct PhotoLayers {
  cv::Mat alpha;       ///< CV_32F, stray hair included
  cv::Mat plate;       ///< CV_32FC3, 0..255: the background with the person painted out
  cv::Mat foreground;  ///< CV_32FC3: the person's own colour, free of the background's, everywhere
};

/// `alpha` is the matte of person_alpha().
PhotoLayers part_layers(const PhotoGeometry& geometry, const cv::Mat& photo, const cv::Mat& alpha);

/// RGBA with `pad` rows above the picture: hair that the photo's upper edge cuts goes on as mirrored hair
/// under an elliptic cap that continues the outline.
ImageU8 pad_crown(const PhotoLayers& layers, int pad);

}  // namespace parlante
