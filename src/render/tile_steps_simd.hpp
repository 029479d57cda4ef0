// The search for steps of depth for whatever vectors the file that includes this is compiled for.
#pragma once

#include <cstddef>
#include <limits>

#include "render/tile_raster_simd.hpp"
#include "render/tile_steps.hpp"

HWY_BEFORE_NAMESPACE();
namespace parlante {
namespace HWY_NAMESPACE {

HWY_ATTR inline TileVec shown_depths(const float* tile, int part) noexcept {
  const TileFloats d;
  const auto depth = hn::Load(d, tile + part * kTileLanes);
  const auto weight = hn::Load(d, tile + 3 * kTilePixels + part * kTileLanes);
  const auto shown = hn::And(hn::Gt(depth, hn::Set(d, kRasterFar)), hn::Ge(weight, hn::Set(d, kShownSkin)));
  return hn::IfThenElse(shown, depth, hn::Set(d, std::numeric_limits<float>::quiet_NaN()));
}

/// The same as find_steps_ref, bit for bit.
HWY_ATTR inline int find_steps(const StepRow& row, TileSteps* found) noexcept {
  static_assert(kTileSide == 4 && kTileLanes >= kTileSide);  // a row of a tile is a block of 128 bits
  if (row.left >= row.right) return 0;
  const TileFloats d;
  const TileInts di;
  const auto none = hn::Set(d, std::numeric_limits<float>::quiet_NaN()), step = hn::Set(d, row.step);
  const auto lane = hn::Iota(di, 0);
  const auto first_row = hn::RebindMask(d, hn::Lt(lane, hn::Set(di, kTileSide)));
  const auto last_column =
      hn::RebindMask(d, hn::Eq(hn::And(lane, hn::Set(di, kTileSide - 1)), hn::Set(di, kTileSide - 1)));
  const auto row_before =
      hn::IndicesFromVec(d, hn::And(hn::Sub(lane, hn::Set(di, kTileSide)), hn::Set(di, kTileLanes - 1)));
  const auto bits = [&](hn::Mask<TileFloats> mask) HWY_ATTR {
    std::uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, mask, bytes);
    const auto all = static_cast<std::uint32_t>(bytes[0] | bytes[1] << 8);
    return kTileLanes < 8 ? all & ((1u << kTileLanes) - 1) : all;
  };
  const float* tile = row.skin + static_cast<std::ptrdiff_t>(row.left) * kSkinTileFloats;
  // the last vector of the tile above
  float* above = row.above + static_cast<std::ptrdiff_t>(row.left + 1) * kTilePixels - kTileLanes;
  TileVec own[kTileParts];
  for (int part = 0; part < kTileParts; ++part) own[part] = shown_depths(tile, part);
  int count = 0;
  for (int column = row.left; column < row.right; ++column, above += kTilePixels) {
    tile += kSkinTileFloats;
    const bool last = column + 1 >= row.right;
    TileVec before = hn::TableLookupLanes(hn::Load(d, above), row_before);
    std::uint32_t across = 0, up = 0;
    for (int part = 0; part < kTileParts; ++part) {
      const TileVec here = own[part], next = last ? none : shown_depths(tile, part);
      const TileVec turned = hn::TableLookupLanes(here, row_before);
      const TileVec right = hn::IfThenElse(last_column, hn::Shuffle0321(next), hn::Shuffle0321(here));
      const auto steps_across = hn::Gt(hn::Abs(hn::Sub(here, right)), step);
      const auto steps_up = hn::Gt(hn::Abs(hn::Sub(here, hn::IfThenElse(first_row, before, turned))), step);
      if (part + 1 == kTileParts) hn::Store(here, d, above);
      own[part] = next, before = turned;
      if (HWY_LIKELY(hn::AllFalse(d, hn::Or(steps_across, steps_up)))) continue;
      across |= bits(steps_across) << (part * kTileLanes), up |= bits(steps_up) << (part * kTileLanes);
    }
    if (across | up) found[count++] = {column, across, up};
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace parlante
HWY_AFTER_NAMESPACE();
