// How much of the heap is in use: what a leak makes grow, whatever the allocator keeps for itself.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PARLANTE_SANITIZED 1
// Of sanitizer/allocator_interface.h, which GCC does not bring.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#else
#define PARLANTE_SANITIZED 0
#include <malloc.h>
#endif

namespace parlante::testing {

/// Sanitizers keep freed memory for a while to catch its use, so that the process grows without a leak.
inline constexpr bool kSanitized = PARLANTE_SANITIZED;

/// Bytes of all threads that were allocated and not yet freed.
inline std::size_t live_heap_bytes() {
#if PARLANTE_SANITIZED
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
#endif
}

}  // namespace parlante::testing
