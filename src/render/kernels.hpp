// The pixel kernels as a table, chosen once by what the CPU has.
#pragma once

#include "core/kernel_set.hpp"
#include "core/yuv.hpp"
#include "render/blur.hpp"
#include "render/grain.hpp"
#include "render/raster.hpp"
#include "render/resample.hpp"
#include "render/tile_compose.hpp"
#include "render/tile_raster.hpp"
#include "render/tile_steps.hpp"
#include "render/warp.hpp"

namespace parlante {

struct Kernels {
  const char* name;  ///< "reference", "avx2", "avx512", "neon"
  RasterFn raster;
  WarpU8Fn warp_bilinear_u8, warp_bicubic_u8;
  WarpF32Fn warp_bilinear_f32, warp_bicubic_f32;
  OverPlateFn over_plate;
  BlendFn blend;
  BlendMaskFn blend_mask;
  BlurFn blur;
  GrainFn grain;
  YuvFn yuv420;
  HalveF32Fn halve_f32;
  HalveU8Fn halve_u8;
  HalvePlaneFn halve_plane;
  BandFn sort_bands;
  TileRasterFn raster_tiles;
  TileComposeFn compose_tiles;
  TileStepsFn find_steps;
};

/// The table of a set. `best`, and a set that this CPU or build has not, give the fastest there is.
const Kernels& kernels(KernelSet set) noexcept;
/// Whether this CPU and build can run the set.
bool has_kernels(KernelSet set) noexcept;

}  // namespace parlante
