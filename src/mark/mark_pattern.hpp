// The invisible mark as a pattern: a square tile of chips, each lighter or darker, repeated over the picture.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mark/mark_payload.hpp"

namespace parlante {

constexpr int kMarkTile = 32;  ///< chips a side of the tile
constexpr int kMarkChips = kMarkTile * kMarkTile;

/// The key of parlante's mark. Public, so that anyone's copy finds it.
constexpr std::uint64_t kMarkKey = 0x7061726c616e7465ULL;

/// What each chip of the tile is for (row by row), drawn from the key. Another key's layout is a decoy: as
/// random, and in no picture.
struct MarkLayout {
  std::array<std::int8_t, kMarkChips> bit{};   ///< of the code word, or -1: a chip of the search pattern
  std::array<std::int8_t, kMarkChips> sign{};  ///< +1 or -1; turned by a bit that is set
};
MarkLayout mark_layout(std::uint64_t key);

/// +1 or -1 for each chip of the tile that carries the code word.
std::array<std::int8_t, kMarkChips> mark_chips(const MarkLayout& layout, std::uint64_t word) noexcept;

/// Side of a chip, px, in a picture of that size: 8, or 16 where the shorter side has 768 px or more, so that
/// a large picture may be made small.
int mark_chip_side(int width, int height) noexcept;

/// The tile at `chip` px a chip: kMarkTile * chip px a side, row by row, -64..64, with its edges softened by
/// a tenth of a chip.
std::vector<std::int8_t> mark_tile(const std::array<std::int8_t, kMarkChips>& chips, int chip);

}  // namespace parlante
