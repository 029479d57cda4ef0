// The tile kernels, compiled for AVX-512.
#if defined(__AVX512F__) && defined(__AVX512BW__)
#include "render/tile_kernels_simd.hpp"

PARLANTE_TILE_KERNELS(avx512)
#endif
