// The kernel of the invisible mark for whatever vectors the file that includes this is compiled for (Google
// Highway, static dispatch).
#pragma once

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "mark/mark_kernel.hpp"

HWY_BEFORE_NAMESPACE();
namespace parlante {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kMarkRow = 32;  // bytes of a block's row, and of what stands behind an RGB one's
using MarkBytes = hn::CappedTag<std::uint8_t, kMarkRow>;
using MarkWords = hn::CappedTag<std::int16_t, kMarkRow>;

/// What is the same for all blocks of pictures of so many channels.
template <int channels>
struct MarkBlockRows {
  HWY_ALIGN std::array<std::array<std::int16_t, kMarkRow>, kMarkBlock> dither{};
  HWY_ALIGN std::array<std::uint8_t, kMarkRow> whole{};    ///< 255 where the block is
  HWY_ALIGN std::array<std::uint8_t, kMarkRow> but_one{};  ///< and has a neighbour to the right
  constexpr MarkBlockRows() {
    for (std::size_t i = 0; i < static_cast<std::size_t>(channels * kMarkBlock); ++i) {
      whole[i] = 255;
      but_one[i] = i < static_cast<std::size_t>(channels * (kMarkBlock - 1)) ? 255 : 0;
      for (int y = 0; y < kMarkBlock; ++y)
        dither[static_cast<std::size_t>(y)][i] =
            static_cast<std::int16_t>(mark_dither(y, static_cast<int>(i) / channels));
    }
  }
};
template <int channels>
inline constexpr MarkBlockRows<channels> kMarkBlockRows;

/// Sums of differences of bytes, eight each.
template <class V>
HWY_ATTR inline auto mark_differences(V a, V b, V mask) noexcept {
  return hn::SumsOf8(hn::And(mask, hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a))));
}

template <int channels>
HWY_ATTR inline int mark_block_differences(const std::uint8_t* pixels, std::ptrdiff_t stride) noexcept {
  const MarkBytes d;
  const hn::Repartition<std::uint64_t, MarkBytes> d64;
  const auto& rows = kMarkBlockRows<channels>;
  auto sum = hn::Zero(d64);
  for (std::size_t part = 0; part < kMarkRow; part += hn::MaxLanes(d)) {
    const auto whole = hn::Load(d, rows.whole.data() + part),
               but_one = hn::Load(d, rows.but_one.data() + part);
    const std::uint8_t* p = pixels + part;
    auto above = hn::LoadU(d, p);
    for (int k = 0; k < kMarkBlock; ++k, p += stride) {
      sum = hn::Add(sum, mark_differences(above, hn::LoadU(d, p + channels), but_one));
      if (k + 1 == kMarkBlock) break;
      const auto row = hn::LoadU(d, p + stride);
      sum = hn::Add(sum, mark_differences(above, row, whole));
      above = row;
    }
  }
  return static_cast<int>(hn::GetLane(hn::SumOfLanes(d64, sum)));
}

/// A block within the picture that has at least kMarkRow + 4 - 8 * channels bytes of its row behind it. Those
/// are written again as they were.
template <int channels>
HWY_ATTR inline void mark_block(std::uint8_t* p, std::ptrdiff_t stride, const std::int8_t* chips,
                                std::ptrdiff_t chip_stride) noexcept {
  const MarkWords d;
  const hn::Rebind<std::uint8_t, MarkWords> d8;
  const hn::Rebind<std::int8_t, MarkWords> di8;
  const auto& rows = kMarkBlockRows<channels>;
  const auto strength =
      hn::Set(d, static_cast<std::int16_t>(mark_strength(mark_block_differences<channels>(p, stride))));
  for (std::size_t k = 0; k < kMarkBlock; ++k, p += stride, chips += chip_stride)
    for (std::size_t part = 0; part < kMarkRow; part += hn::MaxLanes(d)) {
      if (part >= static_cast<std::size_t>(channels * kMarkBlock)) break;
      const auto inside = hn::BitCast(di8, hn::Load(d8, rows.whole.data() + part));
      const auto chip = hn::PromoteTo(d, hn::And(inside, hn::LoadU(di8, chips + part)));
      const auto change =
          hn::ShiftRight<12>(hn::Add(hn::Mul(chip, strength), hn::Load(d, rows.dither[k].data() + part)));
      const auto pixels = hn::PromoteTo(d, hn::LoadU(d8, p + part));
      hn::StoreU(hn::DemoteTo(d8, hn::Add(pixels, change)), d8, p + part);
    }
}

template <int channels>
HWY_ATTR inline void add_mark_blocks(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  const auto tile_stride = static_cast<std::ptrdiff_t>(channels) * tile.side;
  for (int y = 0; y < picture.height; y += kMarkBlock) {
    int x = 0;
    // A block of RGB reads up to 12 bytes past its own: two whole blocks must follow it in the row.
    const int end = picture.height - y >= kMarkBlock ? picture.width - 3 * kMarkBlock : -1;
    std::uint8_t* row = picture.pixels + static_cast<std::ptrdiff_t>(y) * picture.stride;
    const std::int8_t* chips = tile.values + (y % tile.side) * tile_stride;
    for (; x <= end; x += kMarkBlock)
      mark_block<channels>(row + static_cast<std::ptrdiff_t>(channels) * x, picture.stride,
                           chips + static_cast<std::ptrdiff_t>(channels) * (x % tile.side), tile_stride);
    for (; x < picture.width; x += kMarkBlock) add_mark_block(tile, picture, x, y);
  }
}

/// The same as add_mark_ref.
HWY_ATTR inline void add_mark(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  if (tile.channels == 4)
    add_mark_blocks<4>(tile, picture);
  else
    add_mark_blocks<3>(tile, picture);
}

}  // namespace HWY_NAMESPACE
}  // namespace parlante
HWY_AFTER_NAMESPACE();
