// The tile kernels, compiled for AVX2.
#if defined(__AVX2__) && defined(__FMA__)
#include "render/tile_kernels_simd.hpp"

PARLANTE_TILE_KERNELS(avx2)
#endif
