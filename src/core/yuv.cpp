#include "core/yuv.hpp"

#include "core/kernel_set.hpp"

namespace parlante {

YuvFn fast_yuv420() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (cpu_runs(KernelSet::avx2)) return yuv420_avx2;
#endif
  return yuv420_ref;
}

}  // namespace parlante
