#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "mark/mark_kernel.hpp"

namespace parlante {

void add_mark_block(const MarkTileView& tile, const MarkedPicture& picture, int x, int y) noexcept {
  const int channels = tile.channels;
  const int values = channels * std::min(kMarkBlock, picture.width - x),
            rows = std::min(kMarkBlock, picture.height - y);
  const auto row_at = [&](int k) {
    return picture.pixels + static_cast<std::ptrdiff_t>(y + k) * picture.stride +
           static_cast<std::ptrdiff_t>(channels) * x;
  };
  int differences = 0;
  for (int k = 0; k < rows; ++k) {
    const std::uint8_t* row = row_at(k);
    for (int i = 0; i + channels < values; ++i) differences += std::abs(row[i + channels] - row[i]);
    if (k + 1 < rows)
      for (int i = 0; i < values; ++i) differences += std::abs(row_at(k + 1)[i] - row[i]);
  }
  const int strength = mark_strength(differences);
  for (int k = 0; k < rows; ++k) {
    std::uint8_t* row = row_at(k);
    const std::int8_t* chip =
        tile.values +
        channels * (static_cast<std::ptrdiff_t>((y + k) % tile.side) * tile.side + x % tile.side);
    for (int i = 0; i < values; ++i) {
      const int delta = (chip[i] * strength + mark_dither(k, i / channels)) >> 12;
      row[i] = static_cast<std::uint8_t>(std::clamp(row[i] + delta, 0, 255));
    }
  }
}

void add_mark_ref(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  for (int y = 0; y < picture.height; y += kMarkBlock)
    for (int x = 0; x < picture.width; x += kMarkBlock) add_mark_block(tile, picture, x, y);
}

}  // namespace parlante
