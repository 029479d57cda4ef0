#include "render/tile_steps.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace parlante {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();  // no step to any depth

inline float shown_depth(const float* tile, int pixel) noexcept {
  const bool shown = tile[pixel] > kRasterFar && tile[3 * kTilePixels + pixel] >= kShownSkin;
  return shown ? tile[pixel] : kNone;
}

}  // namespace

int find_steps_ref(const StepRow& row, TileSteps* found) noexcept {
  constexpr int kLastRow = kTilePixels - kTileSide;
  int count = 0;
  for (int column = row.left; column < row.right; ++column) {
    const float* tile = row.skin + static_cast<std::ptrdiff_t>(column) * kSkinTileFloats;
    float* above = row.above + static_cast<std::ptrdiff_t>(column) * kTilePixels;
    TileSteps steps;
    steps.column = column;
    float own[kTilePixels];
    for (int i = 0; i < kTilePixels; ++i) own[i] = shown_depth(tile, i);
    for (int i = 0; i < kTilePixels; ++i) {
      const bool inside = i % kTileSide + 1 < kTileSide;
      const float right = inside                   ? own[i + 1]
                          : column + 1 < row.right ? shown_depth(tile + kSkinTileFloats, i + 1 - kTileSide)
                                                   : kNone;
      const float up = i < kTileSide ? above[kLastRow + i] : own[i - kTileSide];
      steps.across |= static_cast<std::uint32_t>(std::abs(own[i] - right) > row.step) << i;
      steps.up |= static_cast<std::uint32_t>(std::abs(own[i] - up) > row.step) << i;
    }
    std::copy_n(own + kLastRow, kTileSide, above + kLastRow);
    if (steps.across | steps.up) found[count++] = steps;
  }
  return count;
}

}  // namespace parlante
