#include "core/kernel_set.hpp"

namespace parlante {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
bool has_avx2() noexcept {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                          __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  return has;
}
bool has_avx512() noexcept {
  static const bool has = has_avx2() && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
  return has;
}
constexpr bool kHasNeon = false;
#else
bool has_avx2() noexcept {
  return false;
}
bool has_avx512() noexcept {
  return false;
}
#if defined(__aarch64__)
constexpr bool kHasNeon = true;  // every 64-bit ARM
#else
constexpr bool kHasNeon = false;
#endif
#endif

}  // namespace

bool cpu_runs(KernelSet set) noexcept {
  switch (set) {
    case KernelSet::avx2:
      return has_avx2();
    case KernelSet::avx512:
      return has_avx512();
    case KernelSet::neon:
      return kHasNeon;
    case KernelSet::best:
    case KernelSet::reference:
      break;
  }
  return true;
}

}  // namespace parlante
