// The tile kernels, compiled for NEON.
#if defined(__aarch64__)
#include "render/tile_kernels_simd.hpp"

PARLANTE_TILE_KERNELS(neon)
#endif
