#include "render/rig_lip_border.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"
#include "render/rig_weights.hpp"

namespace parlante {
namespace {

constexpr float kMostMove = 1.2f;  // cm
constexpr float kLeastWeight = 1e-3f;
constexpr std::array<float, 2> kSkinReach = {.95f, .7f};  // cm beyond the border: lower, upper
// Of the height at rest, seen at a full pout: of full lips and what thin ones gain beyond (measured on films
// of eight speakers: upper 1.0 to 1.4, thin ones to 1.6; lower 1.15 to 1.4, which looked heavy here).
constexpr std::array<float, 2> kPouting = {1.f, 1.05f}, kThinGains = {.25f, .4f};
constexpr std::array<float, 2> kRounder = {.65f,
                                           .85f};   // power of the profile over its highest: fuller sides
constexpr float kArchPower = 1.f;                   // of 1 - x²: a parabola; an ellipse has .5
constexpr float kTucked = .8f, kThinTucked = .15f;  // likewise of a lower lip under the upper teeth
constexpr float kRolledIn = .12f;                   // of that lip's height: behind the teeth
constexpr float kTurnedOut = .07f;                  // of a pouting lip's height: of its inner side
constexpr float kBack = .2f;                        // cm that its rim goes back
constexpr float kOpen = .1f;                        // cm between the lips where the teeth are on it
constexpr float kCorner = 9;                        // samples from the corners: there lips only follow
constexpr float kThinLip = .3f, kFullLip = .75f;    // cm

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

/// Leaves `share` of the edge's own shape out of the border: that follows an arch as high as the edge is in
/// the middle, however narrow the opening.
void follow_arch(float share, float outward, const OpeningProfile& edge, OpeningProfile& height) noexcept {
  const auto beyond_corners = [&](std::size_t k) {
    const float way = static_cast<float>(k) / static_cast<float>(kOpeningSamples - 1);
    return outward * (edge[k] - edge.front() - way * (edge.back() - edge.front()));
  };
  const float middle = beyond_corners(kOpeningSamples / 2);
  for (std::size_t k = 0; k < kOpeningSamples; ++k) {
    const float s = 2 * static_cast<float>(k + 1) / static_cast<float>(kOpeningSamples + 1) - 1;
    height[k] += share * (middle * std::pow(1 - s * s, kArchPower) - beyond_corners(k));
  }
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
    lip.arched = k == 1 ? .5f : 1.f;
    const OpeningProfile own = seen_height_of(lip, seen, opening, rest);
    const float highest = std::max(*std::max_element(own.begin(), own.end()), .01f);
    const float thin = smoothstep(kFullLip, kThinLip, highest);
    for (std::size_t i = 0; i < kOpeningSamples; ++i) {
      const float h = std::max(own[i], 0.f);
      lip.pouting[i] = highest * std::pow(h / highest, kRounder[k]) * (kPouting[k] + kThinGains[k] * thin);
      lip.tucked[i] = h * (kTucked + kThinTucked * thin);
    }
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
    const bool on_lip = across < 1;
    const float weight = on_lip ? across : bell(from_border, kSkinReach[k]);
    if (on_lip || weight > kLeastWeight) lip.followers.push_back({v, weight, on_lip, rest[i].z()});
  }
}

float LipBorder::strength(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept {
  using enum Blendshape;
  const auto beyond = [&](Blendshape shape) { return std::max(expression[shape] - own[shape], 0.f); };
  return smoothstep(.05f, .7f, beyond(mouthPucker) + beyond(mouthFunnel));
}

float LipBorder::edge_of(const Lip& lip, const Opening& opening, std::size_t k) noexcept {
  return opening.middle[k] + .5f * lip.outward * std::max(opening.gap[k], 0.f);
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
      height[k] = std::max(height[k], lip.outward * (y - edge_of(lip, opening, k)));
    }
  }
  for (float& h : height)
    if (h <= -1e8f) h = 0;
  return height;
}

void LipBorder::hold(float pout, float tuck, const Opening& opening,
                     std::span<Vec3f> vertices) const noexcept {
  if (std::max(pout, tuck) <= 0) return;
  const float first = opening.x.front(), per_sample = opening.x[1] - first;
  if (!(per_sample > .02f)) return;
  const SeenHeight seen(head_, vertices, view_);
  const auto at = [&](const OpeningProfile& profile, float sample) {
    const auto i = std::min(static_cast<std::size_t>(sample), kOpeningSamples - 2);
    return profile[i] + (profile[i + 1] - profile[i]) * (sample - static_cast<float>(i));
  };
  for (const Lip& lip : lips_) {
    const float rolled = lip.outward < 0 ? tuck : 0.f;
    if (std::max(pout, rolled) <= 0) continue;
    const OpeningProfile now = seen_height_of(lip, seen, opening, vertices);
    OpeningProfile move, edge, height;
    for (std::size_t k = 0; k < kOpeningSamples; ++k) {
      edge[k] = edge_of(lip, opening, k);
      height[k] = lip.pouting[k] + rolled * (lip.tucked[k] - lip.pouting[k]);
    }
    follow_arch(lip.arched * pout * (1 - rolled), lip.outward, edge, height);
    for (std::size_t k = 0; k < kOpeningSamples; ++k)
      move[k] = lip.outward * std::max(pout, rolled) * std::clamp(height[k] - now[k], -kMostMove, kMostMove) /
                seen.per_cm();
    for (const Follower& follower : lip.followers) {
      Vec3f& p = vertices[static_cast<std::size_t>(follower.vertex)];
      const float sample = (p.x() - first) / per_sample;
      if (!(sample > -1 && sample < static_cast<float>(kOpeningSamples))) continue;
      // Nothing moves at the corners and beyond.
      const float last = static_cast<float>(kOpeningSamples - 1);
      const float end = std::min({1.f, sample + 1, last + 1 - sample}), inner = std::clamp(sample, 0.f, last);
      float dy = follower.weight * at(move, inner);
      if (follower.on_lip) {
        // Expressions turn out what lies at the rim, which the photo hardly shows, more than the rest.
        const float middle = smoothstep(0.f, kCorner, std::min(sample, last - sample));
        const float in = kRolledIn * rolled * smoothstep(0.f, kOpen, at(opening.gap, inner)) -
                         kTurnedOut * pout * (1 - rolled);
        const float out = (follower.weight - in) / (1 - in);
        const float wanted = at(edge, inner) + lip.outward * out * at(height, inner);
        dy += std::max(pout, rolled) * middle * ((wanted - seen(p)) / seen.per_cm() - dy);
        // Rolled further in, it would lie in a shade that no light of a mouth knows.
        p.z() += rolled * middle * (follower.depth - kBack * (1 - follower.weight) - p.z());
      }
      p.y() += end * dy;
    }
  }
}

}  // namespace parlante
