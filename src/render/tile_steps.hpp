// Steps of depth between neighbouring pixels of the skin's tiles.
#pragma once

#include <cstdint>

#include "render/tile_compose.hpp"

namespace parlante {

/// Weight of the skin from which it is seen, and its depths count.
inline constexpr float kShownSkin = .5f;

/// A part of one row of skin tiles.
struct StepRow {
  const float* skin = nullptr;  ///< the row's first tile; kSkinTileFloats a tile
  int left = 0, right = 0;      ///< columns [left, right) are looked at
  float step = 0;               ///< what is more than this, in the depths' unit, is a step
  /// kTilePixels a column: the shown depths (not a number: none) of the row of tiles above in the last
  /// kTileSide; becomes this row's.
  float* above = nullptr;
};

/// A tile with steps; bit i stands for pixel i.
struct TileSteps {
  std::int32_t column = 0;
  std::uint32_t across = 0;  ///< to the pixel on the right
  std::uint32_t up = 0;      ///< to the pixel above
};

/// Writes the tiles of the row that have steps to `found` (room for right - left) and returns how many they
/// are. Where no skin is, or its weight is below kShownSkin, there is no step, nor is there one beyond the
/// columns looked at.
using TileStepsFn = int (*)(const StepRow&, TileSteps* found) noexcept;
int find_steps_ref(const StepRow&, TileSteps*) noexcept;
int find_steps_avx2(const StepRow&, TileSteps*) noexcept;
int find_steps_avx512(const StepRow&, TileSteps*) noexcept;
int find_steps_neon(const StepRow&, TileSteps*) noexcept;

}  // namespace parlante
