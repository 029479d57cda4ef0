#include "mark/mark_kernel.hpp"

namespace parlante {

MarkFn mark_kernel(KernelSet set) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  // A block's row of 24 bytes fills AVX2's registers better than the wider ones: bench/mark.
  if (set == KernelSet::reference || !cpu_runs(KernelSet::avx2)) return add_mark_ref;
  return set == KernelSet::avx512 && cpu_runs(set) ? add_mark_avx512 : add_mark_avx2;
#elif defined(__aarch64__)
  return set == KernelSet::reference ? add_mark_ref : add_mark_neon;
#else
  return add_mark_ref;
#endif
}

}  // namespace parlante
