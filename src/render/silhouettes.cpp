#include "render/silhouettes.hpp"

#include <algorithm>
#include <cmath>

#include "render/tile_compose.hpp"

namespace parlante {
namespace {

constexpr float kShown = .5f;  // weight of the skin from which it is seen

// A 4 x 4 tile's nearest and farthest depth.
struct Range {
  float low, high;
};
inline Range range_of(const float* depths) noexcept {
  float low[4], high[4];
  for (int i = 0; i < 4; ++i) low[i] = high[i] = depths[i];
  for (int row = 4; row < kTilePixels; row += 4)
    for (int i = 0; i < 4; ++i) {
      const float z = depths[row + i];
      low[i] = z < low[i] ? z : low[i];
      high[i] = z > high[i] ? z : high[i];
    }
  return {std::min(std::min(low[0], low[1]), std::min(low[2], low[3])),
          std::max(std::max(high[0], high[1]), std::max(high[2], high[3]))};
}

inline float shown_depth(const float* tile, int pixel) noexcept {
  return tile[3 * kTilePixels + pixel] >= kShown ? tile[pixel] : kRasterFar;
}

}  // namespace

Silhouettes::Silhouettes(int width, int height)
    : width_(width),
      height_(height),
      strength_(static_cast<std::size_t>(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0))),
      above_(static_cast<std::size_t>(std::max(width, 0)), kRasterFar) {
  marked_.reserve(static_cast<std::size_t>(16 * (width_ + height_)));
  softened_.resize(3 * marked_.capacity());
}

void Silhouettes::begin(float step, int left, int right) noexcept {
  for (const std::int32_t at : marked_) strength_[static_cast<std::size_t>(at)] = 0;
  marked_.clear();
  std::fill(above_.begin(), above_.end(), kRasterFar);
  step_ = step;
  const int columns = (width_ + kTileSide - 1) / kTileSide;
  left_ = std::clamp(left, 0, columns), right_ = std::clamp(right, left_, columns);
}

void Silhouettes::mark(int x, int y, std::uint8_t strength) noexcept {
  // the filter looks one pixel about itself
  if (x < 1 || y < 1 || x + 1 >= width_ || y + 1 >= height_) return;
  const int at = y * width_ + x;
  std::uint8_t& own = strength_[static_cast<std::size_t>(at)];
  if (own == 0) {
    if (marked_.size() == marked_.capacity()) return;
    marked_.push_back(at);
  }
  own = std::max(own, strength);
}

void Silhouettes::compare(int x, int y, float here, int dx, int dy, float there) noexcept {
  if (there <= kRasterFar || !(std::abs(here - there) > step_)) return;
  mark(x, y, 2), mark(x + dx, y + dy, 2);
  mark(x - dx, y - dy, 1), mark(x + 2 * dx, y + 2 * dy, 1);
}

void Silhouettes::look_at_tile(const TileTarget& skin, int column, int row, int first_row) noexcept {
  const float* tile = skin.tile(column, row);
  const bool last_column = column + 1 >= right_, last_row = row + 1 >= skin.rows;
  for (int i = 0; i < kTilePixels; ++i) {
    const float here = shown_depth(tile, i);
    if (here <= kRasterFar) continue;
    const int u = i % kTileSide, v = i / kTileSide;
    const int x = column * kTileSide + u, y = (first_row + row) * kTileSide + v;
    if (x >= width_ || y >= height_) continue;
    if (u + 1 < kTileSide)
      compare(x, y, here, 1, 0, shown_depth(tile, i + 1));
    else if (!last_column)
      compare(x, y, here, 1, 0, shown_depth(skin.tile(column + 1, row), i - u));
    if (v + 1 < kTileSide)
      compare(x, y, here, 0, 1, shown_depth(tile, i + kTileSide));
    else if (!last_row)
      compare(x, y, here, 0, 1, shown_depth(skin.tile(column, row + 1), u));
    if (row == 0 && v == 0) compare(x, y, here, 0, -1, above_[static_cast<std::size_t>(x)]);
  }
}

void Silhouettes::look(const TileTarget& skin, int first_row) noexcept {
  for (int row = 0; row < skin.rows; ++row)
    for (int column = left_; column < right_; ++column) {
      const Range own = range_of(skin.tile(column, row));
      if (own.high <= kRasterFar) continue;
      float low = own.low, high = own.high;
      const auto join = [&](const float* tile) noexcept {
        const Range other = range_of(tile);
        low = std::min(low, other.low), high = std::max(high, other.high);
      };
      if (high - low <= step_ && column + 1 < right_) join(skin.tile(column + 1, row));
      if (high - low <= step_ && row + 1 < skin.rows) join(skin.tile(column, row + 1));
      if (high - low > step_ || row == 0) look_at_tile(skin, column, row, first_row);
    }
  for (int column = left_; column < right_; ++column)
    for (int u = 0; u < kTileSide; ++u)
      if (const int x = column * kTileSide + u; x < width_)
        above_[static_cast<std::size_t>(x)] =
            shown_depth(skin.tile(column, skin.rows - 1), kTilePixels - kTileSide + u);
}

void Silhouettes::soften(ImageU8& picture, int x, int y) noexcept {
  std::uint8_t* out = softened_.data();
  const auto stride = static_cast<std::ptrdiff_t>(picture.stride());
  for (const std::int32_t at : marked_) {
    const std::uint8_t* p = picture.at(x + at % width_, y + at / width_);
    const int whole = strength_[static_cast<std::size_t>(at)] == 2;
    for (int c = 0; c < 3; ++c, ++p) {
      const int sum = p[-stride - 3] + 2 * p[-stride] + p[-stride + 3] + 2 * (p[-3] + 2 * p[0] + p[3]) +
                      p[stride - 3] + 2 * p[stride] + p[stride + 3];
      *out++ = static_cast<std::uint8_t>(whole ? (sum + 8) / 16 : (sum + 16 * p[0] + 16) / 32);
    }
  }
  const std::uint8_t* soft = softened_.data();
  for (const std::int32_t at : marked_) {
    std::uint8_t* p = picture.at(x + at % width_, y + at / width_);
    for (int c = 0; c < 3; ++c) p[c] = *soft++;
  }
}

}  // namespace parlante
