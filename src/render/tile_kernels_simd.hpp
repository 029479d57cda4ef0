// The tile kernels under the names of one instruction set: PARLANTE_TILE_KERNELS(avx2) and the like, once in
// the file that is compiled for it.
#pragma once

#include "render/tile_compose_simd.hpp"
#include "render/tile_steps_simd.hpp"

#define PARLANTE_TILE_KERNELS(set)                                                      \
  namespace parlante {                                                                  \
  void sort_bands_##set(const RasterMesh& mesh, const TriangleBands& bands) noexcept {  \
    HWY_NAMESPACE::sort_bands(mesh, bands);                                             \
  }                                                                                     \
  void raster_tiles_##set(const RasterMesh& mesh, const TriangleBands& bands, int band, \
                          const TileTarget& target) noexcept {                          \
    HWY_NAMESPACE::raster_tiles(mesh, bands, band, target);                             \
  }                                                                                     \
  void compose_tiles_##set(const TileRow& row, const Texture& texture) noexcept {       \
    if (texture.width < 2 || texture.height < 2)                                        \
      compose_tiles_ref(row, texture);                                                  \
    else                                                                                \
      HWY_NAMESPACE::compose_tiles(row, texture);                                       \
  }                                                                                     \
  int find_steps_##set(const StepRow& row, TileSteps* found) noexcept {                 \
    return HWY_NAMESPACE::find_steps(row, found);                                       \
  }                                                                                     \
  }
