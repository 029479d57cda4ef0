// The kernel of the invisible mark, compiled for AVX2.
#if defined(__AVX2__) && defined(__FMA__)
#include "mark/mark_kernel_simd.hpp"

namespace parlante {

void add_mark_avx2(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  HWY_NAMESPACE::add_mark(tile, picture);
}

}  // namespace parlante
#endif
