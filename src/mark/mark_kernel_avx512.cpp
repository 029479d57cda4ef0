// The kernel of the invisible mark, compiled for AVX-512.
#if defined(__AVX512F__) && defined(__AVX512BW__)
#include "mark/mark_kernel_simd.hpp"

namespace parlante {

void add_mark_avx512(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  HWY_NAMESPACE::add_mark(tile, picture);
}

}  // namespace parlante
#endif
