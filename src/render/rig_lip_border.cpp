#include "render/rig_lip_border.hpp"

#include <algorithm>
#include <cmath>

#include "render/rig_weights.hpp"

namespace parlante {
namespace {

constexpr std::size_t kSamples = 41;
constexpr float kRoundness = .62f;  // power of 1 - x²: an ellipse has .5, a parabola 1
constexpr float kMostMove = .9f;    // cm
constexpr float kLeastLip = .3f;    // cm between rim and border that a lip keeps in its middle
constexpr float kLeastWeight = 1e-3f;
constexpr std::array<float, 2> kSkinReach = {.95f, .7f};  // cm beyond the border: lower, upper

using Profile = std::array<float, kSamples>;

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

LipBorder::LipBorder(const HeadModel& head) {
  for (std::size_t k = 0; k < 2; ++k) {
    Lip& lip = lips_[k];
    lip.border = head.loop(k == 1 ? HeadLoop::lip_upper_outer : HeadLoop::lip_lower_outer);
    lip.rim = head.loop(k == 1 ? HeadLoop::lip_upper_inner : HeadLoop::lip_lower_inner);
    lip.outward = k == 1 ? 1.f : -1.f;
    lip.share = k == 1 ? .8f : .95f;
    lip.highest = k == 1 ? .40f : .46f;
  }
  for (std::int32_t v = 0; v < head.skin_end(); ++v) {
    const auto i = static_cast<std::size_t>(v);
    const Vec3f& p = head.neutral[i];
    if (p.z() < 7 || p.y() > 0) continue;
    const std::size_t k = head.lip_side[i] > 0 ? 1 : 0;
    if (head.lip_depth[i] > .3f) continue;
    Lip& lip = lips_[k];
    const auto [at, from_border] = nearest_of(head, lip.border, p);
    const float height = nearest_of(head, lip.rim, head.neutral[static_cast<std::size_t>(at)]).second;
    const float across = nearest_of(head, lip.rim, p).second / std::max(height, .05f);
    const float weight = across < 1 ? smooth_step(0.f, .7f, across) : bell(from_border, kSkinReach[k]);
    if (weight > kLeastWeight) lip.followers.push_back({v, weight});
  }
}

float LipBorder::strength(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept {
  using enum Blendshape;
  const auto beyond = [&](Blendshape shape) { return std::max(expression[shape] - own[shape], 0.f); };
  return smooth_step(.05f, .7f, beyond(mouthPucker) + beyond(mouthFunnel));
}

void LipBorder::round(float strength, std::span<Vec3f> vertices) const noexcept {
  if (strength <= 0) return;
  for (const Lip& lip : lips_) round(lip, strength * lip.share, vertices);
}

void LipBorder::round(const Lip& lip, float strength, std::span<Vec3f> vertices) noexcept {
  const auto at = [&](std::int32_t v) -> Vec2f { return vertices[static_cast<std::size_t>(v)].head<2>(); };
  const Vec2f right = at(lip.border.front()), left = at(lip.border.back());
  const float first = right.x(), width = left.x() - first;
  if (!(width > .5f)) return;
  const auto chord = [&](float x) {
    return right.y() + (left.y() - right.y()) * std::clamp((x - first) / width, 0.f, 1.f);
  };

  // How far the border lies outside the line between the corners. Near them it may go back in x.
  Profile height;
  height.fill(0);
  const float per_sample = width / static_cast<float>(kSamples - 1);
  for (std::size_t i = 0; i + 1 < lip.border.size(); ++i) {
    Vec2f a = at(lip.border[i]), b = at(lip.border[i + 1]);
    if (a.x() > b.x()) std::swap(a, b);
    const float from = std::max(std::ceil((a.x() - first) / per_sample), 0.f);
    const float to = std::min((b.x() - first) / per_sample, static_cast<float>(kSamples - 1));
    for (float k = from; k <= to; ++k) {
      const float x = first + k * per_sample;
      const float y = a.y() + (b.y() - a.y()) * (x - a.x()) / std::max(b.x() - a.x(), 1e-6f);
      float& h = height[static_cast<std::size_t>(k)];
      h = std::max(h, lip.outward * (y - chord(x)));
    }
  }

  Profile arc;
  float area = 0, arc_area = 0;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const float s = 2 * static_cast<float>(k) / (kSamples - 1) - 1;
    arc[k] = std::pow(std::max(1 - s * s, 0.f), kRoundness);
    area += height[k], arc_area += arc[k];
  }
  const Vec2f middle = at(lip.rim[lip.rim.size() / 2]);
  const float rim = lip.outward * (middle.y() - chord(middle.x()));
  const float top = std::min(area / arc_area, std::max(lip.highest * width, rim + kLeastLip));

  Profile move;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const float end = static_cast<float>(std::min(k, kSamples - 1 - k)) / (kSamples - 1);
    move[k] = lip.outward * strength * smooth_step(0.f, .12f, end) *
              std::clamp(top * arc[k] - height[k], -kMostMove, kMostMove);
  }
  for (const Follower& follower : lip.followers) {
    const float t = (at(follower.vertex).x() - first) / per_sample;
    if (!(t > 0 && t < static_cast<float>(kSamples - 1))) continue;
    const auto i = std::min(static_cast<std::size_t>(t), kSamples - 2);
    vertices[static_cast<std::size_t>(follower.vertex)].y() +=
        follower.weight * (move[i] + (move[i + 1] - move[i]) * (t - static_cast<float>(i)));
  }
}

}  // namespace parlante
