#include "core/yuv.hpp"

namespace parlante {

YuvFn fast_yuv420() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                               __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  if (has_avx2) return yuv420_avx2;
#endif
  return yuv420_ref;
}

}  // namespace parlante
