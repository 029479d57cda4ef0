// The kernel of the invisible mark, compiled for NEON.
#if defined(__aarch64__)
#include "mark/mark_kernel_simd.hpp"

namespace parlante {

void add_mark_neon(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  HWY_NAMESPACE::add_mark(tile, picture);
}

}  // namespace parlante
#endif
