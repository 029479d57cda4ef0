#include "render/silhouettes.hpp"

#include <algorithm>
#include <limits>

namespace parlante {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::size_t tiles_along(int pixels) {
  return static_cast<std::size_t>((std::max(pixels, 0) + kTileSide - 1) / kTileSide);
}

}  // namespace

Silhouettes::Silhouettes(int width, int height)
    : width_(width),
      height_(height),
      strength_(static_cast<std::size_t>(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0))),
      above_(tiles_along(width) * kTilePixels, kNone),
      steps_(tiles_along(width)) {
  marked_.reserve(static_cast<std::size_t>(16 * (width_ + height_)));
  softened_.resize(3 * marked_.capacity());
}

void Silhouettes::begin(float step, int left, int right) noexcept {
  for (const Place& at : marked_) strength_[index(at)] = 0;
  marked_.clear();
  std::fill(above_.begin(), above_.end(), kNone);
  step_ = step;
  const int columns = static_cast<int>(steps_.size());
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

// A step from (x, y) to the pixel beside it.
void Silhouettes::mark_step(int x, int y, int dx, int dy) noexcept {
  mark(x, y, 2), mark(x + dx, y + dy, 2);
  mark(x - dx, y - dy, 1), mark(x + 2 * dx, y + 2 * dy, 1);
}

void Silhouettes::look(TileStepsFn find, const TileTarget& skin, int first_row) noexcept {
  StepRow row;
  row.left = left_, row.right = right_, row.step = step_, row.above = above_.data();
  for (int r = 0; r < skin.rows; ++r) {
    row.skin = skin.tile(0, r);
    const int count = find(row, steps_.data());
    for (int k = 0; k < count; ++k) {
      const TileSteps& tile = steps_[static_cast<std::size_t>(k)];
      for (int i = 0; i < kTilePixels; ++i) {
        const int x = tile.column * kTileSide + i % kTileSide,
                  y = (first_row + r) * kTileSide + i / kTileSide;
        if (tile.across >> i & 1) mark_step(x, y, 1, 0);
        if (tile.up >> i & 1) mark_step(x, y, 0, -1);
      }
    }
  }
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
