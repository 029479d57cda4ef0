// The tile kernels, compiled for AVX-512.
#if defined(__AVX512F__) && defined(__AVX512BW__)
#include "render/tile_compose_simd.hpp"

namespace parlante {

void sort_bands_avx512(const RasterMesh& mesh, const TriangleBands& bands) noexcept {
  HWY_NAMESPACE::sort_bands(mesh, bands);
}
void raster_tiles_avx512(const RasterMesh& mesh, const TriangleBands& bands, int band,
                         const TileTarget& target) noexcept {
  HWY_NAMESPACE::raster_tiles(mesh, bands, band, target);
}
void compose_tiles_avx512(const TileRow& row, const Texture& texture) noexcept {
  if (texture.width < 2 || texture.height < 2)
    compose_tiles_ref(row, texture);
  else
    HWY_NAMESPACE::compose_tiles(row, texture);
}

}  // namespace parlante
#endif
