#include "render/rig_mouth.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr int kCorrections = 4;                            // the lowest or highest ring may change after one
constexpr float kUpperShare = .4f, kUpperShareWide = .2f;  // of what opens the mouth
constexpr float kRestGap = .012f;  // cm: the lips of the mean head touch only when they overlap by this

/// Points of one ring in order of x. Rings are nearly in order already.
struct SortedRing {
  std::array<Vec2f, kMaxLoop> points;
  std::size_t count = 0;

  void add(const Vec2f& p) noexcept {
    std::size_t i = count++;
    for (; i > 0 && points[i - 1].x() > p.x(); --i) points[i] = points[i - 1];
    points[i] = p;
  }
  /// Heights at ascending x; continued by the ends.
  template <class Merge>
  void sample(const OpeningProfile& x, OpeningProfile& heights, Merge merge) const noexcept {
    std::size_t i = 0;
    for (std::size_t k = 0; k < kOpeningSamples; ++k) {
      while (i < count && points[i].x() <= x[k]) ++i;
      float h = points[i == 0 ? 0 : i - 1].y();
      if (i > 0 && i < count) {
        const Vec2f &a = points[i - 1], &b = points[i];
        h = a.y() + (b.y() - a.y()) * (x[k] - a.x()) / std::max(b.x() - a.x(), 1e-9f);
      }
      heights[k] = merge(heights[k], h);
    }
  }
};

/// `point(ring, i)` gives x and height of vertex i of ring 0..5 (kUpperRings, kLowerRings) of `sizes[ring]`.
template <class Point>
Opening measure(const std::array<std::size_t, 6>& sizes, float left, float right, Point point) noexcept {
  Opening opening;
  for (std::size_t k = 0; k < kOpeningSamples; ++k)
    opening.x[k] =
        left + (right - left) * static_cast<float>(k + 1) / static_cast<float>(kOpeningSamples + 1);
  OpeningProfile upper, lower;
  upper.fill(1e9f);
  lower.fill(-1e9f);
  for (std::size_t ring = 0; ring < 6; ++ring) {
    SortedRing sorted;
    for (std::size_t i = 0; i < std::min(sizes[ring], kMaxLoop); ++i) sorted.add(point(ring, i));
    if (ring < 3)
      sorted.sample(opening.x, upper, [](float a, float b) { return std::min(a, b); });
    else
      sorted.sample(opening.x, lower, [](float a, float b) { return std::max(a, b); });
  }
  for (std::size_t k = 0; k < kOpeningSamples; ++k)
    opening.gap[k] = upper[k] - lower[k], opening.middle[k] = .5f * (upper[k] + lower[k]);
  return opening;
}

/// Value at x of a profile that is spaced evenly from first to last; continued by its ends.
float at(const OpeningProfile& profile, float first, float per_cm, float x) noexcept {
  const float t = std::clamp((x - first) * per_cm, 0.f, static_cast<float>(kOpeningSamples - 1));
  const auto i = std::min(static_cast<std::size_t>(t), kOpeningSamples - 2);
  const float f = t - static_cast<float>(i);
  return profile[i] + (profile[i + 1] - profile[i]) * f;
}

// What draws the middle of an opening towards the line between its ends, cm: as much by the corners, which a
// pout takes down from a smile, as by the middle.
OpeningProfile lift_to_round(const Opening& seen, const OpeningProfile& goal, float roundness) noexcept {
  constexpr float kShare = .8f, kMost = .6f, kByCorners = .5f;
  OpeningProfile lift{};
  const float least = .04f * std::max(*std::max_element(goal.begin(), goal.end()), kLeastOpening);
  std::size_t first = 0, last = kOpeningSamples - 1;
  while (first < last && goal[first] <= least) ++first;
  while (last > first && goal[last] <= least) --last;
  for (std::size_t k = first; k < last; ++k) {
    const float t = static_cast<float>(k - first) / static_cast<float>(last - first);
    const float chord = seen.middle[first] + t * (seen.middle[last] - seen.middle[first]);
    lift[k] = std::clamp(kShare * roundness * (chord - seen.middle[k]), 0.f, kMost);
  }
  const float fall = kByCorners * *std::max_element(lift.begin(), lift.end());
  for (float& l : lift) l -= fall;
  return lift;
}

}  // namespace

float Opening::widest() const noexcept {
  return *std::max_element(gap.begin(), gap.end());
}

SeenHeight::SeenHeight(const HeadModel& head, std::span<const Vec3f> vertices, const PhotoView& view) noexcept
    : view_(view), up_(view.rotation.row(1)), nearer_(view.rotation.row(2)) {
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  rim_depth_ = depth(vertices[static_cast<std::size_t>(rim[rim.size() / 2])]);
}

Opening generic_opening(const RigWeights& weights, const BlendshapeWeights& expression) noexcept {
  std::array<std::size_t, 6> sizes;
  for (std::size_t ring = 0; ring < 6; ++ring) sizes[ring] = weights.rings[ring].neutral.size();
  const auto point = [&](std::size_t ring, std::size_t i) {
    const GenericRing& r = weights.rings[ring];
    Vec2f p = r.neutral[i];
    for (std::size_t k = 0; k < kBlendshapes; ++k)
      if (expression[k] != 0 && !r.expressions[k].empty()) p += expression[k] * r.expressions[k][i];
    return p;
  };
  const Vec2f a = point(0, 0), b = point(0, sizes[0] - 1);
  return measure(sizes, std::min(a.x(), b.x()), std::max(a.x(), b.x()), point);
}

Opening seen_opening(const HeadModel& head, std::span<const Vec3f> vertices, const PhotoView& view) noexcept {
  const auto vertex = [&](std::int32_t v) -> const Vec3f& { return vertices[static_cast<std::size_t>(v)]; };
  const auto loop = [&](std::size_t ring) -> const std::vector<std::int32_t>& {
    return head.loop(ring < 3 ? kUpperRings[ring] : kLowerRings[ring - 3]);
  };
  std::array<std::size_t, 6> sizes;
  for (std::size_t ring = 0; ring < 6; ++ring) sizes[ring] = loop(ring).size();
  const auto& rim = head.loop(HeadLoop::lip_upper_inner);
  const SeenHeight seen(head, vertices, view);
  const auto point = [&](std::size_t ring, std::size_t i) {
    const Vec3f& p = vertex(loop(ring)[i]);
    return Vec2f(p.x(), seen(p));
  };
  const float a = vertex(rim.front()).x(), b = vertex(rim.back()).x();
  return measure(sizes, std::min(a, b), std::max(a, b), point);
}

float opening_support(float widest_cm, float spread) noexcept {
  // The dark of real speakers' openings, in frames laid over ours (docs/render.md).
  const float talking = .86f + .03f * smoothstep(.4f, 2.6f, widest_cm);
  return talking + (.92f - talking) * std::clamp(spread, 0.f, 1.f);
}

void zip_corners(float support, OpeningProfile& goal) noexcept {
  constexpr float kOwn = .3f;  // of the weights' shape is kept
  const float widest = *std::max_element(goal.begin(), goal.end());
  if (widest <= 0) return;
  // About the middle of what is open: a mouth that is drawn to one side opens there.
  float sum = 0, place = 0;
  for (std::size_t k = 0; k < kOpeningSamples; ++k) {
    const float open = std::max(goal[k], 0.f);
    sum += open, place += open * static_cast<float>(k);
  }
  constexpr float kHalf = .5f * static_cast<float>(kOpeningSamples + 1);
  const float middle = place / sum;
  for (std::size_t k = 0; k < kOpeningSamples; ++k) {
    const float x = (static_cast<float>(k) - middle) / (support * kHalf), inside = 1 - x * x;
    const float lens = inside > 0 ? std::pow(inside, .58f) : 0.f;
    goal[k] = inside > 0 ? lens * (kOwn * std::max(goal[k], 0.f) + (1 - kOwn) * widest)
                         : std::max(kPressed, inside * .5f * widest);
  }
  const float now = *std::max_element(goal.begin(), goal.end());
  for (float& g : goal)
    if (g > 0) g *= widest / now;
}

OpeningProfile opening_goal(const Opening& weights_gap, float asked_cm) noexcept {
  OpeningProfile pressed;
  pressed.fill(kPressed);
  if (asked_cm >= 0 && asked_cm < kLeastOpening) return pressed;

  OpeningProfile goal = weights_gap.gap;
  for (float& g : goal) g -= kRestGap;
  const float widest = *std::max_element(goal.begin(), goal.end());
  if (asked_cm < 0 && widest < kLeastOpening) return pressed;

  if (widest > kLeastOpening) {
    std::size_t first = 0, last = kOpeningSamples - 1;
    while (goal[first] <= .04f * widest) ++first;
    while (goal[last] <= .04f * widest) --last;
    const float middle = .5f * (weights_gap.x[first] + weights_gap.x[last]);
    const float half = .5f * (weights_gap.x[last] - weights_gap.x[first]) + 1e-3f;
    for (std::size_t k = 0; k < kOpeningSamples; ++k) {
      const float s = (weights_gap.x[k] - middle) / half;
      const float ellipse = goal[k] > 0 ? widest * std::sqrt(std::max(1 - s * s, 0.f)) : goal[k];
      goal[k] = .45f * goal[k] + .55f * ellipse;
    }
  }
  if (asked_cm < 0) return goal;

  // Asked for more than the weights give a shape to: half an ellipse over the middle of the mouth takes over.
  const float trust = smoothstep(.03f, .15f, widest);
  const float drawn = *std::max_element(goal.begin(), goal.end());
  for (std::size_t k = 0; k < kOpeningSamples; ++k) {
    const float s = (static_cast<float>(k) - .5f * static_cast<float>(kOpeningSamples - 1)) /
                    (.42f * static_cast<float>(kOpeningSamples));
    const float ellipse = 1 - s * s > 0 ? std::sqrt(1 - s * s) : kPressed;
    const float own = drawn > .02f ? goal[k] / drawn : 0;
    goal[k] = asked_cm * (trust * own + (1 - trust) * ellipse);
  }
  const float scale = asked_cm / std::max(*std::max_element(goal.begin(), goal.end()), 1e-3f);
  for (float& g : goal) g *= scale;
  return goal;
}

Opening open_mouth(const HeadModel& head, const RigWeights& weights, const PhotoView& view,
                   const OpeningProfile& goal, std::span<Vec3f> vertices, float roundness) noexcept {
  Opening seen = seen_opening(head, vertices, view);
  if (roundness > 0) {
    const OpeningProfile lift = lift_to_round(seen, goal, roundness);
    const float first = seen.x.front();
    const float per_cm = static_cast<float>(kOpeningSamples - 1) / std::max(seen.x.back() - first, 1e-3f);
    for (const auto* lip : {&weights.upper_lip, &weights.lower_lip})
      for (const WeightedVertex& w : *lip) {
        Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
        p.y() += w.weight * at(lift, first, per_cm, p.x());
      }
    seen = seen_opening(head, vertices, view);
  }
  // Where the lips stay shut beside the opening they meet halfway.
  const float widest = *std::max_element(goal.begin(), goal.end());
  const float less = (kUpperShare - kUpperShareWide) * smoothstep(.2f, 1.1f, widest);
  OpeningProfile by_upper;
  for (std::size_t k = 0; k < kOpeningSamples; ++k)
    by_upper[k] = kUpperShare - less * std::clamp(goal[k] / std::max(widest, .1f), 0.f, 1.f);
  for (int correction = 0; correction < kCorrections; ++correction) {
    OpeningProfile excess;
    for (std::size_t k = 0; k < kOpeningSamples; ++k) excess[k] = seen.gap[k] - goal[k];
    const float first = seen.x.front();
    const float per_cm = static_cast<float>(kOpeningSamples - 1) / std::max(seen.x.back() - first, 1e-3f);
    for (const WeightedVertex& w : weights.upper_lip) {
      Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
      p.y() -= at(by_upper, first, per_cm, p.x()) * w.weight * at(excess, first, per_cm, p.x());
    }
    for (const WeightedVertex& w : weights.lower_lip) {
      Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
      p.y() += (1 - at(by_upper, first, per_cm, p.x())) * w.weight * at(excess, first, per_cm, p.x());
    }
    seen = seen_opening(head, vertices, view);
  }
  return seen;
}

OpeningProfile seam_bow(const Opening& shut) noexcept {
  OpeningProfile bow;
  const float first = shut.middle.front(), last = shut.middle.back();
  for (std::size_t k = 0; k < kOpeningSamples; ++k)
    bow[k] = shut.middle[k] -
             (first + (last - first) * static_cast<float>(k) / static_cast<float>(kOpeningSamples - 1));
  return bow;
}

Opening lower_corners(const HeadModel& head, const RigWeights& weights, const PhotoView& view,
                      const OpeningProfile& rest_bow, const LipPose& pose, const Opening& seen,
                      std::span<Vec3f> vertices) noexcept {
  // Speakers (docs/render.md): the middle of the opening lies below the corners by this share of the gap.
  constexpr float kDip = .06f, kMost = .6f;
  const float share = (1 - pose.round) * (1 - pose.spread), kept = 1 - .8f * pose.drawn;
  if (share <= 0) return seen;
  const OpeningProfile bow = seam_bow(seen);
  OpeningProfile sag;  // beyond what is a speaker's
  for (std::size_t k = 0; k < kOpeningSamples; ++k)
    sag[k] = kept * rest_bow[k] - kDip * std::max(seen.gap[k], 0.f) - bow[k];
  const float deepest = *std::max_element(sag.begin(), sag.end());
  if (deepest <= 0) return seen;
  const float lowering = share * std::min(1.f, kMost / deepest);
  for (float& s : sag) s = lowering * (deepest - s);
  const float first = seen.x.front();
  const float per_cm = static_cast<float>(kOpeningSamples - 1) / std::max(seen.x.back() - first, 1e-3f);
  for (const WeightedVertex& w : weights.mouth) {
    Vec3f& p = vertices[static_cast<std::size_t>(w.vertex)];
    p.y() -= w.weight * at(sag, first, per_cm, p.x());
  }
  return seen_opening(head, vertices, view);
}

}  // namespace parlante
