#include "render/rig_lip_border.hpp"

#include <algorithm>
#include <cmath>

#include "render/rig_weights.hpp"

namespace parlante {
namespace {

constexpr float kMostMove = 1.2f;  // cm
constexpr float kLeastWeight = 1e-3f;
constexpr std::array<float, 2> kSkinReach = {.95f, .7f};  // cm beyond the border: lower, upper
// Of the height at rest, seen at a full pout: of full lips and what thin ones gain beyond (measured on films
// of eight speakers: upper 1.0 to 1.4, thin ones to 1.6; lower 1.15 to 1.4).
constexpr std::array<float, 2> kPouting = {1.f, 1.05f}, kThinGains = {.25f, .4f};
constexpr std::array<float, 2> kRounder = {.65f,
                                           .85f};  // power of the profile over its highest: fuller sides
constexpr float kThinLip = .3f, kFullLip = .75f;   // cm

float bell(float x, float width) noexcept {
  return std::exp(-(x / width) * (x / width));
}

/// Index of the vertex of a loop that is nearest to a point, and its distance.
std::pair<std::int32_t, float> nearest_of(const HeadModel& head, const std::vector<std::int32_t>& loop,
                                          const Vec3f& p) {
  std::pair<std::int32_t, float> nearest{loop.front(), 1e9f};
  for (const std::int32_t v : loop)
    if (const float d = (head.neutral[static_cast<std::size_t>(v)] - p).norm(); d < nearest.second)
      nearest = {v, d};
  return nearest;
}

}  // namespace

LipBorder::LipBorder(const HeadModel& head, std::span<const Vec3f> rest, const PhotoView& view)
    : head_(head), view_(view) {
  const Opening opening = seen_opening(head, rest, view);
  const SeenHeight seen(head, rest, view);
  for (std::size_t k = 0; k < 2; ++k) {
    Lip& lip = lips_[k];
    lip.border = head.loop(k == 1 ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer);
    lip.outward = k == 1 ? 1.f : -1.f;
    lip.height = seen_height_of(lip, seen, opening, rest);
    const float highest = *std::max_element(lip.height.begin(), lip.height.end());
    for (float& h : lip.height)
      h = highest * std::pow(std::max(h, 0.f) / std::max(highest, .01f), kRounder[k]) *
          (kPouting[k] + kThinGains[k] * smooth_step(kFullLip, kThinLip, highest));
  }
  for (std::int32_t v = 0; v < head.skin_end(); ++v) {
    const auto i = static_cast<std::size_t>(v);
    const Vec3f& p = head.neutral[i];
    if (p.z() < 7 || p.y() > 0) continue;
    const std::size_t k = head.lip_side[i] > 0 ? 1 : 0;
    if (head.lip_depth[i] > .3f) continue;
    Lip& lip = lips_[k];
    const auto& rim = head.loop(k == 1 ? HeadLoop::lip_upper_inner : HeadLoop::lip_lower_inner);
    const auto [at, from_border] = nearest_of(head, lip.border, p);
    const float height = nearest_of(head, rim, head.neutral[static_cast<std::size_t>(at)]).second;
    const float across = nearest_of(head, rim, p).second / std::max(height, .05f);
    const float weight = across < 1 ? across : bell(from_border, kSkinReach[k]);
    if (weight > kLeastWeight) lip.followers.push_back({v, weight});
  }
}

float LipBorder::strength(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept {
  using enum Blendshape;
  const auto beyond = [&](Blendshape shape) { return std::max(expression[shape] - own[shape], 0.f); };
  return smooth_step(.05f, .7f, beyond(mouthPucker) + beyond(mouthFunnel));
}

OpeningProfile LipBorder::seen_height_of(const Lip& lip, const SeenHeight& seen, const Opening& opening,
                                         std::span<const Vec3f> vertices) noexcept {
  OpeningProfile height;
  height.fill(-1e9f);
  const float first = opening.x.front(), per_sample = opening.x[1] - first;
  const auto at = [&](std::size_t i) -> Vec2f {
    const Vec3f& p = vertices[static_cast<std::size_t>(lip.border[i])];
    return {(p.x() - first) / per_sample, seen(p)};
  };
  // Near the corners a border may go back in x: the outermost counts.
  for (std::size_t i = 0; i + 1 < lip.border.size(); ++i) {
    Vec2f a = at(i), b = at(i + 1);
    if (a.x() > b.x()) std::swap(a, b);
    const float from = std::max(std::ceil(a.x()), 0.f);
    const float to = std::min(b.x(), static_cast<float>(kOpeningSamples - 1));
    for (float x = from; x <= to; ++x) {
      const auto k = static_cast<std::size_t>(x);
      const float y = a.y() + (b.y() - a.y()) * (x - a.x()) / std::max(b.x() - a.x(), 1e-6f);
      const float edge = opening.middle[k] + .5f * lip.outward * std::max(opening.gap[k], 0.f);
      height[k] = std::max(height[k], lip.outward * (y - edge));
    }
  }
  for (float& h : height)
    if (h <= -1e8f) h = 0;
  return height;
}

void LipBorder::round(float strength, const Opening& opening, std::span<Vec3f> vertices) const noexcept {
  if (strength <= 0) return;
  const float first = opening.x.front(), per_sample = opening.x[1] - first;
  if (!(per_sample > .02f)) return;
  const SeenHeight seen(head_, vertices, view_);
  for (const Lip& lip : lips_) {
    const OpeningProfile now = seen_height_of(lip, seen, opening, vertices);
    OpeningProfile move;
    for (std::size_t k = 0; k < kOpeningSamples; ++k)
      move[k] =
          lip.outward * strength * std::clamp(lip.height[k] - now[k], -kMostMove, kMostMove) / seen.per_cm();
    for (const Follower& follower : lip.followers) {
      Vec3f& p = vertices[static_cast<std::size_t>(follower.vertex)];
      // Nothing moves at the corners and beyond: there lie samples of nothing.
      const float t = (p.x() - first) / per_sample + 1;
      if (!(t > 0 && t < static_cast<float>(kOpeningSamples + 1))) continue;
      const auto i = static_cast<std::size_t>(t);
      const float before = i > 0 ? move[i - 1] : 0.f, after = i < kOpeningSamples ? move[i] : 0.f;
      p.y() += follower.weight * (before + (after - before) * (t - static_cast<float>(i)));
    }
  }
}

}  // namespace parlante
