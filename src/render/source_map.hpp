// S = m·S_mesh + (1-m)·S_grid: where each pixel looks into the foreground (design 7).
#pragma once

#include <cstddef>

namespace parlante {

/// The first attributes of every skin vertex, in this order.
enum SkinAttribute : int { kSkinU, kSkinV, kSkinWeight, kSkinShade, kSkinAttributes };

/// What two rasters of the same size made; the depths say where they drew anything.
struct DrawnLayers {
  const float* skin = nullptr;  ///< skin_count attributes a pixel, the first four as in SkinAttribute
  const float* skin_depth = nullptr;
  int skin_count = kSkinAttributes;
  const float* relief = nullptr;  ///< u, v a pixel
  const float* relief_depth = nullptr;
};

/// For `pixels` pixels: place to sample (u, v interleaved; kNowhere where nothing is), factor on the colour,
/// and least alpha (1 well inside the face, where the matte has no say).
void combine_sources(const DrawnLayers& layers, std::size_t pixels, float* place, float* shade,
                     float* least_alpha) noexcept;

}  // namespace parlante
