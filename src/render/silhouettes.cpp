#include "render/silhouettes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "render/tile_compose.hpp"

namespace parlante {
namespace {

constexpr float kShown = .5f;                                     // weight of the skin from which it is seen
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();  // no step to any depth

// The depths of a tile where the skin is shown, else kNone.
struct ShownTile {
  float depth[kTilePixels];
};
inline ShownTile shown_tile(const float* tile) noexcept {
  ShownTile out;
  for (int i = 0; i < kTilePixels; ++i)
    out.depth[i] = (tile[i] > kRasterFar) & (tile[3 * kTilePixels + i] >= kShown) ? tile[i] : kNone;
  return out;
}

// Whether any of `count` pixels is further than `step` from its neighbour. Without a branch, for vectors.
template <int count>
inline bool any_step(const float* a, const float* b, float step) noexcept {
  int steps = 0;
  for (int i = 0; i < count; ++i) steps |= std::abs(a[i] - b[i]) > step;
  return steps != 0;
}

inline float shown_depth(const float* tile, int pixel) noexcept {
  return tile[pixel] > kRasterFar && tile[3 * kTilePixels + pixel] >= kShown ? tile[pixel] : kNone;
}

}  // namespace

Silhouettes::Silhouettes(int width, int height)
    : width_(width),
      height_(height),
      strength_(static_cast<std::size_t>(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0))),
      above_(static_cast<std::size_t>(std::max(width, 0) + kTileSide), kNone) {
  marked_.reserve(static_cast<std::size_t>(16 * (width_ + height_)));
  softened_.resize(3 * marked_.capacity());
}

void Silhouettes::begin(float step, int left, int right) noexcept {
  for (const Place& at : marked_) strength_[index(at)] = 0;
  marked_.clear();
  std::fill(above_.begin(), above_.end(), kNone);
  step_ = step;
  const int columns = (width_ + kTileSide - 1) / kTileSide;
  left_ = std::clamp(left, 0, columns), right_ = std::clamp(right, left_, columns);
}

void Silhouettes::mark(int x, int y, std::uint8_t strength) noexcept {
  // the filter looks one pixel about itself
  if (x < 1 || y < 1 || x + 1 >= width_ || y + 1 >= height_) return;
  const Place at{static_cast<std::int16_t>(x), static_cast<std::int16_t>(y)};
  std::uint8_t& own = strength_[index(at)];
  if (own == 0) {
    if (marked_.size() == marked_.capacity()) return;
    marked_.push_back(at);
  }
  own = std::max(own, strength);
}

void Silhouettes::compare(int x, int y, float here, int dx, int dy, float there) noexcept {
  if (!(std::abs(here - there) > step_)) return;
  mark(x, y, 2), mark(x + dx, y + dy, 2);
  mark(x - dx, y - dy, 1), mark(x + 2 * dx, y + 2 * dy, 1);
}

void Silhouettes::look_at_tile(const TileTarget& skin, int column, int row, int first_row) noexcept {
  const float* tile = skin.tile(column, row);
  const bool last_column = column + 1 >= right_, last_row = row + 1 >= skin.rows;
  for (int i = 0; i < kTilePixels; ++i) {
    const float here = shown_depth(tile, i);
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
  constexpr int kLastRow = kTilePixels - kTileSide;
  for (int row = 0; row < skin.rows && left_ < right_; ++row) {
    ShownTile own = shown_tile(skin.tile(left_, row));
    for (int column = left_; column < right_; ++column) {
      const bool last = column + 1 >= right_;
      const ShownTile next = last ? own : shown_tile(skin.tile(column + 1, row));
      float beside[kTilePixels], below[kTilePixels];
      for (int i = 0; i < kTilePixels; ++i) {
        const bool inside = i % kTileSide + 1 < kTileSide;
        beside[i] = inside ? own.depth[i + 1] : last ? own.depth[i] : next.depth[i + 1 - kTileSide];
      }
      std::copy_n(own.depth + kTileSide, kLastRow, below);
      const float* under = row + 1 < skin.rows ? skin.tile(column, row + 1) : nullptr;
      for (int u = 0; u < kTileSide; ++u)
        below[kLastRow + u] = under ? shown_depth(under, u) : own.depth[kLastRow + u];
      bool edge =
          any_step<kTilePixels>(own.depth, beside, step_) | any_step<kTilePixels>(own.depth, below, step_);
      if (row == 0) edge = edge || any_step<kTileSide>(own.depth, above_.data() + column * kTileSide, step_);
      if (edge) look_at_tile(skin, column, row, first_row);
      own = next;
    }
  }
  for (int column = left_; column < right_; ++column)
    for (int u = 0; u < kTileSide; ++u)
      above_[static_cast<std::size_t>(column * kTileSide + u)] =
          shown_depth(skin.tile(column, skin.rows - 1), kLastRow + u);
}

void Silhouettes::soften(ImageU8& picture, int x, int y) noexcept {
  std::uint8_t* out = softened_.data();
  const auto stride = static_cast<std::ptrdiff_t>(picture.stride());
  for (const Place& at : marked_) {
    const std::uint8_t* p = picture.at(x + at.x, y + at.y);
    const int whole = strength_[index(at)] == 2;
    for (int c = 0; c < 3; ++c, ++p) {
      const int sum = p[-stride - 3] + 2 * p[-stride] + p[-stride + 3] + 2 * (p[-3] + 2 * p[0] + p[3]) +
                      p[stride - 3] + 2 * p[stride] + p[stride + 3];
      *out++ = static_cast<std::uint8_t>(whole ? (sum + 8) / 16 : (sum + 16 * p[0] + 16) / 32);
    }
  }
  const std::uint8_t* soft = softened_.data();
  for (const Place& at : marked_) {
    std::uint8_t* p = picture.at(x + at.x, y + at.y);
    for (int c = 0; c < 3; ++c) p[c] = *soft++;
  }
}

}  // namespace parlante
