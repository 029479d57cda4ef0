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
                                halve_plane_ref,
                                sort_bands_ref,
                                raster_tiles_ref,
                                compose_tiles_ref,
                                find_steps_ref};

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
                           halve_plane_avx2,
                           sort_bands_avx2,
                           raster_tiles_avx2,
                           compose_tiles_avx2,
                           find_steps_avx2};

/// What AVX-512 does not have of its own, AVX2 does.
constexpr Kernels with_avx512(Kernels table) noexcept {
  table.name = "avx512";
  table.sort_bands = sort_bands_avx512;
  table.raster_tiles = raster_tiles_avx512;
  table.compose_tiles = compose_tiles_avx512;
  table.find_steps = find_steps_avx512;
  return table;
}
constexpr Kernels kAvx512 = with_avx512(kAvx2);

#elif defined(__aarch64__)
/// Every 64-bit ARM has NEON; what has no kernel of its own there is left to the compiler.
constexpr Kernels with_neon(Kernels table) noexcept {
  table.name = "neon";
  table.sort_bands = sort_bands_neon;
  table.raster_tiles = raster_tiles_neon;
  table.compose_tiles = compose_tiles_neon;
  table.find_steps = find_steps_neon;
  return table;
}
constexpr Kernels kNeon = with_neon(kReference);
#endif

/// Null where this CPU or build has not got the set.
const Kernels* table_of(KernelSet set) noexcept {
  switch (set) {
    case KernelSet::reference:
      return &kReference;
#if defined(__x86_64__) && defined(__GNUC__)
    case KernelSet::avx2:
      return cpu_runs(set) ? &kAvx2 : nullptr;
    case KernelSet::avx512:
      return cpu_runs(set) ? &kAvx512 : nullptr;
#elif defined(__aarch64__)
    case KernelSet::neon:
      return &kNeon;
#endif
    default:
      return nullptr;
  }
}

const Kernels& best_table() noexcept {
  for (const KernelSet set : {KernelSet::avx512, KernelSet::avx2, KernelSet::neon})
    if (const Kernels* table = table_of(set)) return *table;
  return kReference;
}

}  // namespace

bool has_kernels(KernelSet set) noexcept {
  return set == KernelSet::best || table_of(set) != nullptr;
}

const Kernels& kernels(KernelSet set) noexcept {
  const Kernels* table = table_of(set);
  return table ? *table : best_table();
}

}  // namespace parlante
