#include "render/kernels.hpp"

namespace parlante {
namespace {

constexpr Kernels kReference = {"reference",
                                raster_ref,
                                warp_bilinear_u8_ref,
                                warp_bicubic_u8_ref,
                                warp_bilinear_f32_ref,
                                warp_bicubic_f32_ref,
                                over_plate_ref,
                                blend_ref,
                                blend_mask_ref,
                                blur_ref,
                                grain_ref,
                                yuv420_ref,
                                halve_f32_ref,
                                halve_u8_ref,
                                halve_plane_ref};

#if defined(__x86_64__) && defined(__GNUC__)
constexpr Kernels kAvx2 = {"avx2",
                           raster_avx2,
                           warp_bilinear_u8_avx2,
                           warp_bicubic_u8_avx2,
                           warp_bilinear_f32_avx2,
                           warp_bicubic_f32_avx2,
                           over_plate_avx2,
                           blend_avx2,
                           blend_mask_avx2,
                           blur_avx2,
                           grain_avx2,
                           yuv420_avx2,
                           halve_f32_avx2,
                           halve_u8_avx2,
                           halve_plane_avx2};

bool cpu_has_avx2() noexcept {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}
#endif

}  // namespace

bool has_kernels(KernelSet set) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (set == KernelSet::avx2) return cpu_has_avx2();
#endif
  return set != KernelSet::avx2;
}

const Kernels& kernels(KernelSet set) noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  if (set != KernelSet::reference && cpu_has_avx2()) return kAvx2;
#else
  (void)set;
#endif
  return kReference;
}

}  // namespace parlante
