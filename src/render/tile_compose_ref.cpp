#include <algorithm>
#include <cmath>

#include "render/tile_compose.hpp"
#include "render/warp_slow.hpp"

namespace parlante {

void compose_tiles_ref(const TileRow& row, const Texture& texture) noexcept {
  const auto clamped_unit = [](float value) { return std::clamp(value, 0.f, 1.f); };
  for (int column = 0; column < row.columns; ++column) {
    const float* skin = row.skin + static_cast<std::ptrdiff_t>(column) * kSkinTileFloats;
    const float* relief = row.relief + static_cast<std::ptrdiff_t>(column) * kReliefTileFloats;
    const std::uint8_t* plate = row.plate + static_cast<std::ptrdiff_t>(column) * kTilePixels * 4;
    for (int i = 0; i < kTilePixels; ++i) {
      const int x = column * kTileSide + i % kTileSide, y = i / kTileSide;
      if (x >= row.width || y >= row.height) continue;
      std::uint8_t* out = row.out + static_cast<std::ptrdiff_t>(y) * row.out_stride + 3 * x;
      std::copy_n(plate + 4 * i, 3, out);
      std::uint8_t* covered =
          row.covered ? row.covered + static_cast<std::ptrdiff_t>(y) * row.covered_stride + x : nullptr;
      if (covered) *covered = 0;
      const bool on_skin = skin[i] > kRasterFar, on_relief = relief[i] > kRasterFar;
      const float m = on_skin ? skin[3 * kTilePixels + i] : 0.f;
      if (!on_relief && !(m > .5f)) continue;
      const float su = skin[kTilePixels + i], sv = skin[2 * kTilePixels + i];
      float u = relief[kTilePixels + i], v = relief[2 * kTilePixels + i];
      if (on_relief)
        u += m * (su - u), v += m * (sv - v);
      else
        u = su, v = sv;
      if (looks_nowhere(u, v)) continue;
      float rgba[4];
      sample_bilinear(texture, u, v, rgba);
      const float shade = 1 + m * (skin[4 * kTilePixels + i] - 1);
      const float alpha = std::max(rgba[3] / 255, clamped_unit(4 * (m - .4f)));
      if (covered) *covered = static_cast<std::uint8_t>(255 * alpha + .5f);
      const float over = covered ? 1.f : alpha;
      for (int k = 0; k < 3; ++k) {
        const float back = plate[4 * i + k];
        out[k] =
            static_cast<std::uint8_t>(std::clamp(back + over * (rgba[k] * shade - back), 0.f, 255.f) + .5f);
      }
    }
  }
}

}  // namespace parlante
