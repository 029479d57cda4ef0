#include "render/surroundings.hpp"

#include <algorithm>

#include "core/curves.hpp"

namespace parlante {
namespace {

// Shares of the square's side. The movement's slope stays below 1 for shifts up to two thirds of the zone, so
// that the relief never folds there.
constexpr float kHeldZone = .14f, kRim = .02f;

/// Which sides of the square have something around them.
struct Sides {
  bool left = false, top = false, right = false, bottom = false;
};

float distance_inside(Vec2f p, float size, const Sides& sides) noexcept {
  float nearest = size;
  if (sides.left) nearest = std::min(nearest, p.x());
  if (sides.right) nearest = std::min(nearest, size - p.x());
  if (sides.top) nearest = std::min(nearest, p.y());
  if (sides.bottom) nearest = std::min(nearest, size - p.y());
  return nearest;
}

std::vector<float> rim_weights(int length, float rim, bool low, bool high) {
  std::vector<float> weights(static_cast<std::size_t>(length), 1.f);
  for (int i = 0; i < length; ++i) {
    float d = rim;
    if (low) d = std::min(d, static_cast<float>(i));
    if (high) d = std::min(d, static_cast<float>(length - 1 - i));
    weights[static_cast<std::size_t>(i)] = smoothstep(0.f, rim, d);
  }
  return weights;
}

}  // namespace

PixelRect FramePlace::living() const noexcept {
  const int left = std::max(part.x, 0), top = std::max(part.y, 0);
  const int right = std::min(part.x + part.width, size), bottom = std::min(part.y + part.height, size);
  if (right <= left || bottom <= top) return {};
  return {left - part.x, top - part.y, right - left, bottom - top};
}

Surroundings::Surroundings(const Avatar& avatar, const FramePlace& place,
                           std::shared_ptr<const ImageU8> around)
    : around_(std::move(around)), living_(place.living()) {
  if (!around_) return;
  const Sides sides{
      place.part
          .x<0, place.part.y<0, place.part.x + place.part.width> place.size, place.part.y + place.part.height>
              place.size};
  const auto side = static_cast<float>(avatar.size);
  for (std::size_t v = 0; v < avatar.grid.source.size(); ++v) {
    const float moves =
        smoothstep(0.f, kHeldZone * side, distance_inside(avatar.grid.source[v], side, sides));
    if (moves < 1) held_.push_back({v, avatar.grid.source[v], moves});
  }
  const float rim = std::max(kRim * static_cast<float>(place.size), 2.f);
  across_ = rim_weights(living_.width, rim, sides.left, sides.right);
  down_ = rim_weights(living_.height, rim, sides.top, sides.bottom);
}

void Surroundings::hold(std::span<Vec2f> grid_image) const noexcept {
  for (const Held& h : held_) grid_image[h.vertex] = h.rest + h.moves * (grid_image[h.vertex] - h.rest);
}

void Surroundings::mix(ImageU8& frame, int y, int from, int to, float row_weight) const noexcept {
  const std::uint8_t* still = around_->at(from, y);
  std::uint8_t* out = frame.at(from, y);
  for (int x = from; x < to; ++x, still += 3, out += 3) {
    const float w = std::min(row_weight, across_[static_cast<std::size_t>(x - living_.x)]);
    for (int c = 0; c < 3; ++c) {
      const auto s = static_cast<float>(still[c]);
      out[c] = static_cast<std::uint8_t>(s + w * (static_cast<float>(out[c]) - s) + .5f);
    }
  }
}

void Surroundings::lay_around(ImageU8& frame) const noexcept {
  if (!around_) return;
  const int right = living_.x + living_.width, bottom = living_.y + living_.height;
  const auto copy = [&](int y, int from, int to) {
    std::copy(around_->at(from, y), around_->at(from, y) + 3 * (to - from), frame.at(from, y));
  };
  for (int y = 0; y < frame.height; ++y) {
    if (y < living_.y || y >= bottom) {
      copy(y, 0, frame.width);
      continue;
    }
    copy(y, 0, living_.x);
    copy(y, right, frame.width);
    const float row_weight = down_[static_cast<std::size_t>(y - living_.y)];
    if (row_weight < 1) {
      mix(frame, y, living_.x, right, row_weight);
      continue;
    }
    int first = 0, last = living_.width;
    while (first < last && across_[static_cast<std::size_t>(first)] < 1) ++first;
    while (last > first && across_[static_cast<std::size_t>(last - 1)] < 1) --last;
    mix(frame, y, living_.x, living_.x + first, 1);
    mix(frame, y, living_.x + last, right, 1);
  }
}

}  // namespace parlante
