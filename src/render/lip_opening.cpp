#include "render/lip_opening.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kNothing = 1e9f;
constexpr std::size_t kCovers = 6;  // colours of a column: RGB above and below
constexpr int kOutside = 2;         // canvas px beyond the rims where the lips' colours are taken
constexpr float kFollows = .3f;     // of the way to the next column's colours
constexpr float kLap = .5f;         // canvas px by which the hole goes over the lips' rims

}  // namespace

LipOpening::LipOpening(std::size_t max_columns)
    : upper_(max_columns), lower_(max_columns), over_lip_(max_columns), colours_(kCovers * max_columns) {}

void LipOpening::fold(const std::vector<std::int32_t>& ring, const RigFrame& frame,
                      const DetailCanvas& canvas, bool is_upper) noexcept {
  for (std::size_t k = 0; k + 1 < ring.size(); ++k) {
    const Vec2f& p = frame.image[static_cast<std::size_t>(ring[k])];
    const Vec2f& q = frame.image[static_cast<std::size_t>(ring[k + 1])];
    float x0 = canvas.to_x(p.x()), y0 = canvas.to_y(p.y()), x1 = canvas.to_x(q.x()), y1 = canvas.to_y(q.y());
    if (x0 > x1) std::swap(x0, x1), std::swap(y0, y1);
    const int begin = std::max(first_, static_cast<int>(std::ceil(x0 - .5f)));
    const int end = std::min(last_, static_cast<int>(std::floor(x1 - .5f)) + 1);
    const float slope = x1 - x0 > 1e-6f ? (y1 - y0) / (x1 - x0) : 0.f;
    for (int x = begin; x < end; ++x) {
      const float y = y0 + slope * (static_cast<float>(x) + .5f - x0);
      float& rim = is_upper ? upper_[static_cast<std::size_t>(x)] : lower_[static_cast<std::size_t>(x)];
      rim = is_upper ? std::max(rim, y) : std::min(rim, y);
    }
  }
}

void LipOpening::smooth(LazyZeros<float>& rim, int passes) noexcept {
  for (int pass = 0; pass < passes; ++pass) {
    float before = rim[static_cast<std::size_t>(first_)];
    for (int x = first_ + 1; x + 1 < last_; ++x) {
      float& here = rim[static_cast<std::size_t>(x)];
      const float mean = .25f * (before + 2 * here + rim[static_cast<std::size_t>(x) + 1]);
      before = here;
      here = mean;
    }
  }
}

bool LipOpening::find(const HeadModel& head, const RigFrame& frame, const DetailCanvas& canvas) noexcept {
  first_ = last_ = 0;
  if (frame.lips_closed) return false;
  const auto& contact = head.loop(HeadLoop::lip_upper_inner);
  const float corner_a = canvas.to_x(frame.image[static_cast<std::size_t>(contact.front())].x());
  const float corner_b = canvas.to_x(frame.image[static_cast<std::size_t>(contact.back())].x());
  const int columns = std::min(canvas.width(), static_cast<int>(upper_.size()));
  first_ = std::clamp(static_cast<int>(std::ceil(std::min(corner_a, corner_b) - .5f)), 0, columns);
  last_ = std::clamp(static_cast<int>(std::floor(std::max(corner_a, corner_b) - .5f)) + 1, first_, columns);
  if (last_ - first_ < 3) return false;

  std::fill(upper_.begin() + first_, upper_.begin() + last_, -kNothing);
  std::fill(lower_.begin() + first_, lower_.begin() + last_, kNothing);
  std::fill(over_lip_.begin() + first_, over_lip_.begin() + last_, 0.f);
  using enum HeadLoop;
  for (const HeadLoop loop : {lip_upper_inner, lip_upper_ring1, lip_upper_ring2})
    fold(head.loop(loop), frame, canvas, true);
  for (const HeadLoop loop : {lip_lower_inner, lip_lower_ring2, lip_lower_ring3})
    fold(head.loop(loop), frame, canvas, false);
  // A column without a rim (a corner folded inwards) is closed.
  for (int x = first_; x < last_; ++x) {
    float &up = upper_[static_cast<std::size_t>(x)], &low = lower_[static_cast<std::size_t>(x)];
    if (up <= -kNothing && low >= kNothing) return false;
    if (up <= -kNothing) up = low;
    if (low >= kNothing) low = up;
  }
  const int passes = std::clamp((last_ - first_) / 24, 1, 12);
  smooth(upper_, passes);
  smooth(lower_, passes);
  // Smoothing cuts the corners of the mesh's rim: between them and the contour no skin is drawn.
  for (int x = first_; x < last_; ++x) {
    const float lap = std::clamp(.25f * (lower(x) - upper(x)), 0.f, kLap);
    upper_[static_cast<std::size_t>(x)] -= lap, lower_[static_cast<std::size_t>(x)] += lap;
  }

  float highest = kNothing, lowest = -kNothing;
  for (int x = first_; x < last_; ++x)
    if (lower(x) > upper(x)) highest = std::min(highest, upper(x)), lowest = std::max(lowest, lower(x));
  if (highest >= lowest) return false;
  top_ = std::clamp(static_cast<int>(std::floor(highest)), 0, canvas.height());
  height_ = canvas.height();
  bottom_ = std::clamp(static_cast<int>(std::ceil(lowest)), top_, height_);
  return bottom_ > top_;
}

void LipOpening::reach_over_lip(float px) noexcept {
  if (px <= 0) return;
  float lowest = static_cast<float>(bottom_);
  for (int x = first_; x < last_; ++x) {
    const float over = px * smoothstep(0.f, px, lower(x) - upper(x));
    over_lip_[static_cast<std::size_t>(x)] = over;
    lower_[static_cast<std::size_t>(x)] += over;
    if (over > 0) lowest = std::max(lowest, lower(x));
  }
  bottom_ = std::min(static_cast<int>(std::ceil(lowest)), height_);
}

float LipOpening::coverage(int x, int y) const noexcept {
  const float row = static_cast<float>(y);
  return std::clamp(std::min(row + 1, lower(x)) - std::max(row, upper(x)), 0.f, 1.f);
}

void LipOpening::cover(DetailCanvas& canvas) noexcept {
  const auto row = [&](float y) {
    return static_cast<int>(std::clamp(std::floor(y), 0.f, static_cast<float>(canvas.height() - 1)));
  };
  const auto mixed_from = [&](int x, int from, bool is_new) {
    float* mine = colours_.data() + kCovers * static_cast<std::size_t>(x);
    if (is_new) {
      std::copy_n(canvas.colour(x, row(upper(x) - kOutside)), 3, mine);
      std::copy_n(canvas.colour(x, row(lower(x) + kOutside)), 3, mine + 3);
    }
    if (from < first_ || from >= last_) return;
    const float* before = colours_.data() + kCovers * static_cast<std::size_t>(from);
    for (std::size_t c = 0; c < kCovers; ++c) mine[c] = before[c] + kFollows * (mine[c] - before[c]);
  };
  // Forth and back, so that no crease of the lips goes on across the hole and none is shifted.
  for (int x = first_; x < last_; ++x) mixed_from(x, x - 1, true);
  for (int x = last_ - 1; x >= first_; --x) mixed_from(x, x + 1, false);
  for (int x = first_; x < last_; ++x) {
    if (lower(x) <= upper(x)) continue;
    const float* mine = colours_.data() + kCovers * static_cast<std::size_t>(x);
    const float per_row = 1 / std::max(lower(x) - upper(x), 1.f);
    const int end = std::min(static_cast<int>(std::ceil(lower(x))), canvas.height());
    for (int y = row(upper(x)); y < end; ++y) {
      const float t = std::clamp((static_cast<float>(y) + .5f - upper(x)) * per_row, 0.f, 1.f);
      float* rgb = canvas.colour(x, y);
      for (std::size_t c = 0; c < 3; ++c) rgb[c] = mine[c] + t * (mine[c + 3] - mine[c]);
    }
  }
}

float LipOpening::area() const noexcept {
  float sum = 0;
  for (int x = first_; x < last_; ++x) sum += std::max(0.f, lower(x) - upper(x));
  return sum;
}

}  // namespace parlante
