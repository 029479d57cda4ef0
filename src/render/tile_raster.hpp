// Triangles into a z-buffer of small tiles: for many small triangles, several of which are set up at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "render/raster.hpp"

namespace parlante {

inline constexpr int kTileSide = 4, kTilePixels = kTileSide * kTileSide;
inline constexpr int kMaxTileAttributes = 4;

/// columns x rows tiles, row after row. A tile is (1 + attribute_count) runs of kTilePixels floats: the
/// depths of its pixels (row after row), then each attribute's. Target px = picture px · scale - (left, top).
struct TileTarget {
  int columns = 0, rows = 0;
  float scale = 1, left = 0, top = 0;
  int attribute_count = 0;  ///< at most kMaxTileAttributes, and the mesh's
  float* tiles = nullptr;

  std::size_t tile_floats() const noexcept {
    return static_cast<std::size_t>(kTilePixels) * static_cast<std::size_t>(1 + attribute_count);
  }
  float* tile(int column, int row) const noexcept {
    return tiles + static_cast<std::size_t>(row * columns + column) * tile_floats();
  }
};

/// Empties the depths; attributes are left as they are.
void clear_tiles(const TileTarget& target) noexcept;

/// Which bands (rows of `band_height` px of a target with this scale and top, counted from 0, at most 254)
/// each triangle touches: first[t] to last[t], both included. A triangle that touches none has first > last.
struct TriangleBands {
  float scale = 1, top = 0, band_height = 32;
  int bands = 0;
  std::uint8_t *first = nullptr, *last = nullptr;  ///< triangle_count, rounded up to 64 values
};
inline std::size_t triangle_bands_size(std::size_t triangle_count) noexcept {
  return (triangle_count + 63) / 64 * 64;
}

/// Sorts the triangles of a mesh into bands.
using BandFn = void (*)(const RasterMesh&, const TriangleBands&) noexcept;
void sort_bands_ref(const RasterMesh&, const TriangleBands&) noexcept;
void sort_bands_avx2(const RasterMesh&, const TriangleBands&) noexcept;
void sort_bands_avx512(const RasterMesh&, const TriangleBands&) noexcept;
void sort_bands_neon(const RasterMesh&, const TriangleBands&) noexcept;

/// Draws those triangles that touch band `band`, as RasterFn does: same rules of coverage and of what is
/// nearer. Mesh ids and barycentrics are not kept.
using TileRasterFn = void (*)(const RasterMesh&, const TriangleBands&, int band, const TileTarget&) noexcept;
void raster_tiles_ref(const RasterMesh&, const TriangleBands&, int, const TileTarget&) noexcept;
void raster_tiles_avx2(const RasterMesh&, const TriangleBands&, int, const TileTarget&) noexcept;
void raster_tiles_avx512(const RasterMesh&, const TriangleBands&, int, const TileTarget&) noexcept;
void raster_tiles_neon(const RasterMesh&, const TriangleBands&, int, const TileTarget&) noexcept;

}  // namespace parlante
