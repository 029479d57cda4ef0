#include "render/source_map.hpp"

#include <algorithm>

#include "render/raster.hpp"
#include "render/warp.hpp"

namespace parlante {

void combine_sources(const DrawnLayers& layers, std::size_t pixels, float* place, float* shade,
                     float* least_alpha) noexcept {
  const float* skin = layers.skin;
  const float* relief = layers.relief;
  for (std::size_t i = 0; i < pixels; ++i, skin += layers.skin_count, relief += 2) {
    const float m = layers.skin_depth[i] > kRasterFar ? skin[kSkinWeight] : 0.f;
    float u = relief[0], v = relief[1];
    if (layers.relief_depth[i] <= kRasterFar) {
      u = v = 2 * kNowhere;
      if (m > .5f) u = skin[kSkinU], v = skin[kSkinV];
    } else if (m > 0) {
      u += m * (skin[kSkinU] - u), v += m * (skin[kSkinV] - v);
    }
    place[2 * i] = u, place[2 * i + 1] = v;
    shade[i] = m > 0 ? 1 + m * (skin[kSkinShade] - 1) : 1.f;
    least_alpha[i] = std::clamp(4 * (m - .4f), 0.f, 1.f);
  }
}

}  // namespace parlante
