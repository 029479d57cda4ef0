// From the tiles of two rasters to pixels: where a pixel looks, what it sees there, and that over the plate,
// in one pass (design 7).
#pragma once

#include <cstdint>

#include "render/tile_raster.hpp"
#include "render/warp.hpp"

namespace parlante {

/// One row of tiles, rasterised. Skin attributes: u, v, weight, shade (source_map.hpp); relief: u, v.
/// Attributes that no triangle wrote must be finite.
struct TileRow {
  const float* skin = nullptr;          ///< kSkinTileFloats a tile
  const float* relief = nullptr;        ///< kReliefTileFloats a tile
  const std::uint8_t* plate = nullptr;  ///< RGBx, kTilePixels pixels a tile
  int columns = 0;
  /// RGB; where no foreground is, it becomes the plate. Of the last column and row of tiles only what lies
  /// within width x height is written.
  std::uint8_t* out = nullptr;
  int out_stride = 0;  ///< bytes
  int width = 0, height = kTileSide;
  /// Null, or one channel: the foreground's coverage goes there, and nothing is laid over the plate (colours
  /// are those of the foreground alone, not premultiplied).
  std::uint8_t* covered = nullptr;
  int covered_stride = 0;
};
inline constexpr int kSkinTileFloats = kTilePixels * 5, kReliefTileFloats = kTilePixels * 3;

/// Mixes skin and relief as combine_sources() does, samples `texture` bilinearly and lays that over the
/// plate.
using TileComposeFn = void (*)(const TileRow&, const Texture& texture) noexcept;
void compose_tiles_ref(const TileRow&, const Texture&) noexcept;
void compose_tiles_avx2(const TileRow&, const Texture&) noexcept;
void compose_tiles_avx512(const TileRow&, const Texture&) noexcept;
void compose_tiles_neon(const TileRow&, const Texture&) noexcept;

}  // namespace parlante
