#include "render/tile_raster.hpp"

#include <algorithm>
#include <cmath>

#include "render/raster_setup.hpp"

namespace parlante {

void clear_tiles(const TileTarget& target) noexcept {
  const std::size_t step = target.tile_floats();
  float* tile = target.tiles;
  for (int i = 0; i < target.columns * target.rows; ++i, tile += step)
    std::fill_n(tile, kTilePixels, kRasterFar);
}

void sort_bands_ref(const RasterMesh& mesh, const TriangleBands& bands) noexcept {
  for (std::size_t t = 0; t < mesh.triangle_count; ++t) {
    float low = kFarthestPx, high = -kFarthestPx;
    bool fine = true;
    for (int k = 0; k < 3; ++k) {
      const float* p =
          mesh.xy +
          static_cast<std::ptrdiff_t>(mesh.triangles[3 * t + static_cast<std::size_t>(k)]) * mesh.xy_stride;
      fine = fine && p[0] > -kFarthestPx && p[0] < kFarthestPx && p[1] > -kFarthestPx && p[1] < kFarthestPx;
      const float y = p[1] * bands.scale - bands.top;
      low = least(low, y), high = most(high, y);
    }
    const float last_band = static_cast<float>(bands.bands - 1);
    const float first = std::max(std::floor((low - 1) / bands.band_height), 0.f);
    const float last = std::min(std::floor((high + 1) / bands.band_height), last_band);
    fine = fine && first <= last;
    bands.first[t] = fine ? static_cast<std::uint8_t>(first) : 255;
    bands.last[t] = fine ? static_cast<std::uint8_t>(last) : 0;
  }
  const std::size_t all = triangle_bands_size(mesh.triangle_count);
  std::fill(bands.first + mesh.triangle_count, bands.first + all, std::uint8_t{255});
  std::fill(bands.last + mesh.triangle_count, bands.last + all, std::uint8_t{0});
}

void raster_tiles_ref(const RasterMesh& mesh, const TriangleBands& bands, int band,
                      const TileTarget& target) noexcept {
  RasterTarget whole;
  whole.width = target.columns * kTileSide, whole.height = target.rows * kTileSide;
  whole.scale = target.scale;
  whole.offset_x = target.left / target.scale, whole.offset_y = target.top / target.scale;
  const int count = target.attribute_count;
  for (std::size_t triangle = 0; triangle < mesh.triangle_count; ++triangle) {
    if (bands.first[triangle] > band || bands.last[triangle] < band) continue;
    TriangleSetup t;
    if (!set_up(mesh, whole, triangle, t)) continue;
    for_each_inside(t, [&](int x, int y, float w1, float w2, float z) {
      float* out = target.tile(x / kTileSide, y / kTileSide) + y % kTileSide * kTileSide + x % kTileSide;
      if (!(z > *out)) return;
      *out = z;
      for (int k = 0; k < count; ++k) out[kTilePixels * (k + 1)] = attribute_at(t, k, w1, w2);
    });
  }
}

}  // namespace parlante
