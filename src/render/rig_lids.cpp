#include "render/rig_lids.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr std::size_t kSamples = 49;
constexpr float kOverlap = .03f;  // cm, of shut lids
constexpr int kPasses = 3;
constexpr float kOuterFirst =
    .6f;  // how much earlier the outer corner shuts: of the gap that is left, a power
constexpr float kLowerRises = .4f;   // of the way to the line between the corners, by the lower lid
constexpr float kNearMargin = .05f;  // weight from which a vertex is lid skin

struct LidGap {
  float first = 0, per_cm = 0;
  std::array<float, kSamples> gap{};

  float at(float x) const noexcept {
    const float t = std::clamp((x - first) * per_cm, 0.f, static_cast<float>(kSamples - 1));
    const auto i = std::min(static_cast<std::size_t>(t), kSamples - 2);
    return gap[i] + (gap[i + 1] - gap[i]) * (t - static_cast<float>(i));
  }
};

struct Margin {
  std::array<Vec2f, kMaxLoop> points;  // by their x
  std::size_t count = 0;

  Margin(const std::vector<std::int32_t>& loop, std::span<const Vec3f> vertices) noexcept {
    for (std::int32_t v : loop) add(vertices[static_cast<std::size_t>(v)].head<2>());
  }
  /// Another value than y over x.
  Margin(const std::vector<std::int32_t>& loop, std::span<const Vec3f> vertices,
         std::span<const float> values) noexcept {
    for (std::int32_t v : loop)
      add({vertices[static_cast<std::size_t>(v)].x(), values[static_cast<std::size_t>(v)]});
  }
  void add(const Vec2f& p) noexcept {
    if (count == kMaxLoop) return;
    std::size_t i = count++;
    for (; i > 0 && points[i - 1].x() > p.x(); --i) points[i] = points[i - 1];
    points[i] = p;
  }
  float at(float x) const noexcept {
    std::size_t i = 0;
    while (i < count && points[i].x() <= x) ++i;
    if (i == 0) return points[0].y();
    if (i == count) return points[count - 1].y();
    const Vec2f &a = points[i - 1], &b = points[i];
    return a.y() + (b.y() - a.y()) * (x - a.x()) / std::max(b.x() - a.x(), 1e-9f);
  }
};

/// Between the corners, which both lids share: the gap is 0 there whatever the lids do.
LidGap measure(const HeadModel& head, std::size_t eye, std::span<const Vec3f> vertices) noexcept {
  const auto& loop = head.loop(kLids[eye].upper);
  const Margin upper(loop, vertices), lower(head.loop(kLids[eye].lower), vertices);
  LidGap result;
  result.first = vertices[static_cast<std::size_t>(loop.front())].x();
  const float width = std::max(vertices[static_cast<std::size_t>(loop.back())].x() - result.first, 1e-3f);
  result.per_cm = static_cast<float>(kSamples - 1) / width;
  for (std::size_t k = 1; k + 1 < kSamples; ++k) {
    const float x = result.first + width * static_cast<float>(k) / static_cast<float>(kSamples - 1);
    result.gap[k] = upper.at(x) - lower.at(x);
  }
  return result;
}

/// The lower lid of a shut eye is drawn up and flatter: the line where lids meet is no bowl.
void raise_lower_lid(const HeadModel& head, const RigWeights& weights, std::size_t eye, float blink,
                     std::span<Vec3f> vertices) noexcept {
  const auto& loop = head.loop(kLids[eye].lower);
  const Margin lower(loop, vertices);
  const Vec2f first = lower.points[0], last = lower.points[lower.count - 1];
  const float slope = (last.y() - first.y()) / std::max(last.x() - first.x(), 1e-3f);
  const float share = kLowerRises * blink * blink;
  for (const WeightedVertex& w : weights.lower_lids[eye]) {
    Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
    if (p.x() <= first.x() || p.x() >= last.x()) continue;
    const float chord = first.y() + slope * (p.x() - first.x());
    p.y() += w.weight * share * std::max(chord - lower.at(p.x()), 0.f);
  }
}

void lift_out_of_ball(const std::vector<WeightedVertex>& lid, const EyeBall& ball,
                      std::span<Vec3f> vertices) noexcept {
  const float radius = ball.radius + kLidClearance;
  for (const WeightedVertex& w : lid) {
    if (w.weight <= kNearMargin) continue;
    Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
    const Vec3f from_centre = p - ball.centre;
    const float distance = from_centre.norm();
    if (distance < radius && distance > 1e-3f) p = ball.centre + from_centre * (radius / distance);
  }
}

}  // namespace

float lid_gap(const HeadModel& head, std::size_t eye, std::span<const Vec3f> vertices) noexcept {
  const LidGap gap = measure(head, eye, vertices);
  return *std::max_element(gap.gap.begin(), gap.gap.end());
}

void close_lid(const HeadModel& head, const RigWeights& weights, std::size_t eye, float blink,
               const EyeBall& ball, std::span<Vec3f> vertices, std::span<float> dropped) noexcept {
  const auto& lid = weights.lids[eye];
  if (blink > 0) {
    const LidGap open = measure(head, eye, vertices);
    raise_lower_lid(head, weights, eye, blink, vertices);
    // Lifting the lid off the ball moves its margin a little: further passes take that back.
    const float overlap =
        kOverlap * blink * blink * blink * blink;  // a lid that is not down yet hides nothing more
    for (int pass = 0; pass < kPasses; ++pass) {
      LidGap drop = measure(head, eye, vertices);
      for (std::size_t k = 0; k < kSamples; ++k) {
        const float t = static_cast<float>(k) / static_cast<float>(kSamples - 1);
        const float outer = smoothstep(.5f, 1.f, eye == 0 ? 1 - t : t);
        drop.gap[k] -= std::pow(1 - blink, 1 + kOuterFirst * blink * outer) * open.gap[k] -
                       overlap * std::min(1.f, 20 * t * (1 - t));
      }
      for (const WeightedVertex& w : lid) {
        Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
        const float down = w.weight * drop.at(p.x());
        p.y() -= down;
        dropped[static_cast<std::size_t>(w.vertex)] += down;
      }
      lift_out_of_ball(lid, ball, vertices);
    }
  } else {
    lift_out_of_ball(lid, ball, vertices);
  }
}

LidTravel::LidTravel(const HeadModel& head, std::size_t eye, float blink, std::span<const Vec3f> vertices,
                     std::span<const float> dropped) noexcept {
  const auto& loop = head.loop(kLids[eye].upper);
  const Margin upper(loop, vertices), lower(head.loop(kLids[eye].lower), vertices),
      drop(loop, vertices, dropped);
  const Vec2f first = lower.points[0], last = lower.points[lower.count - 1];
  const float width = std::max(last.x() - first.x(), 1e-3f), slope = (last.y() - first.y()) / width;
  first_ = first.x();
  per_cm_ = static_cast<float>(kSamples - 1) / width;
  // The lower lid has taken a part of its own way up to where they meet: the rest is not the upper lid's.
  const float risen = kLowerRises * blink * blink, to_rise = (kLowerRises - risen) / (1 - risen);
  for (std::size_t k = 0; k < kSamples; ++k) {
    const float x = first.x() + static_cast<float>(k) / per_cm_;
    const float gap = upper.at(x) - lower.at(x),
                bowl = std::max(first.y() + slope * (x - first.x()) - lower.at(x), 0.f);
    const bool corner = k == 0 || k + 1 == kSamples;
    places_[k] = {upper.at(x), corner ? 0 : std::max(drop.at(x), 0.f),
                  corner ? 0 : std::max(gap - to_rise * bowl, 0.f)};
  }
}

LidTravel::Place LidTravel::at(float x) const noexcept {
  const float t = std::clamp((x - first_) * per_cm_, 0.f, static_cast<float>(kSamples - 1));
  const auto i = std::min(static_cast<std::size_t>(t), kSamples - 2);
  const Place &a = places_[i], &b = places_[i + 1];
  const float u = t - static_cast<float>(i);
  return {a.margin + u * (b.margin - a.margin), a.dropped + u * (b.dropped - a.dropped),
          a.left + u * (b.left - a.left)};
}

}  // namespace parlante
