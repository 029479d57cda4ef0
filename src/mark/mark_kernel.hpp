// The kernel of the invisible mark: lightens and darkens a picture by the tile, more where it is busy.
#pragma once

#include <cstdint>

#include "core/kernel_set.hpp"

namespace parlante {

/// The tile as the kernel reads it: a value for each of a pixel's channels, `side` rows of channels * side
/// bytes; kMarkOverrun bytes more may be read behind the last. The value of alpha is 0.
struct MarkTileView {
  const std::int8_t* values = nullptr;
  int side = 0;      ///< px, a multiple of 8
  int channels = 3;  ///< 3 (RGB) or 4 (RGBA)
};
constexpr int kMarkOverrun = 8;

/// A picture in place: channels as the tile's, rows `stride` bytes apart.
struct MarkedPicture {
  std::uint8_t* pixels = nullptr;
  int stride = 0, width = 0, height = 0;
};

/// Adds the mark to a picture in place, in blocks of 8 x 8 px. A block's strength follows from the
/// differences of its neighbouring pixels (mark_strength): .4 levels where it is flat, as nothing hides chips
/// there, one level in the grain of a photo's wall, 2.4 where it is busy. Each value changes by floor((tile *
/// strength + dither) / 4096) with an ordered dither (Bayer 8 x 8), so that a change below one level is there
/// in the mean, and still pictures stay still.
using MarkFn = void (*)(const MarkTileView& tile, const MarkedPicture& picture) noexcept;

void add_mark_ref(const MarkTileView& tile, const MarkedPicture& picture) noexcept;
void add_mark_avx2(const MarkTileView& tile, const MarkedPicture& picture) noexcept;
void add_mark_avx512(const MarkTileView& tile, const MarkedPicture& picture) noexcept;
void add_mark_neon(const MarkTileView& tile, const MarkedPicture& picture) noexcept;

/// The kernel of a set; all give the same bytes. `best`, and a set that this CPU or build has not, give the
/// fastest there is.
MarkFn mark_kernel(KernelSet set) noexcept;

constexpr int kMarkBlock = 8;

/// The dither of a block in 4096ths of a level, row by row.
// clang-format off
constexpr std::uint8_t kMarkBayer[kMarkBlock][kMarkBlock] = {
    {0, 32, 8, 40, 2, 34, 10, 42},   {48, 16, 56, 24, 50, 18, 58, 26},
    {12, 44, 4, 36, 14, 46, 6, 38},  {60, 28, 52, 20, 62, 30, 54, 22},
    {3, 35, 11, 43, 1, 33, 9, 41},   {51, 19, 59, 27, 49, 17, 57, 25},
    {15, 47, 7, 39, 13, 45, 5, 37},  {63, 31, 55, 23, 61, 29, 53, 21}};
// clang-format on
constexpr int mark_dither(int y, int x) noexcept {
  return 64 * kMarkBayer[y & 7][x & 7] + 32;
}

/// Strength, in 64ths of a level, of a block whose neighbouring values differ by `differences` in sum (some
/// 336 pairs in a whole block of RGB). Looked at four times enlarged, flat grey shows squares from half a
/// level on (mark_study smooth).
constexpr int mark_strength(int differences) noexcept {
  const int calm = (differences * 77 >> 10) + 28, busy = (differences * 47 >> 10) + 46;
  const int strength = calm < busy ? calm : busy;
  return strength > 154 ? 154 : strength;
}

/// The block whose first pixel is (x, y), cut by the picture's edges, by the book: for the reference, and
/// where a wide kernel cannot read.
void add_mark_block(const MarkTileView& tile, const MarkedPicture& picture, int x, int y) noexcept;

}  // namespace parlante
