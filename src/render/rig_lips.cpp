#include "render/rig_lips.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kLeast = 2e-3f;  // cm: what moves less stays

float distance_to(const HeadModel& head, HeadLoop loop, const Vec3f& p) {
  float nearest = 1e9f;
  for (const std::int32_t v : head.loop(loop))
    nearest = std::min(nearest, (head.neutral[static_cast<std::size_t>(v)] - p).norm());
  return nearest;
}

float bell(float x, float width) noexcept {
  return std::exp(-(x / width) * (x / width));
}

/// To the nearer of both corners.
float from_corners(const Vec3f& p, const Vec3f& corner) noexcept {
  return (Vec3f(std::abs(p.x()), p.y(), p.z()) - Vec3f(std::abs(corner.x()), corner.y(), corner.z())).norm();
}

// Corners come forward, and in no further than the expression takes them: the mouth is then .75 of its width
// at rest, in the middle of what speakers' are (.66 to .9). How high the lips are is the border's affair
// (rig_lip_border.hpp).
Vec3f rounding(const Vec3f& p, const Vec3f& corner) {
  const float pull = bell(from_corners(p, corner), 1.15f) * smoothstep(.1f, .9f, std::abs(p.x()));
  return {0, 0, .22f * pull};
}

// The rim turns in under the teeth; what is seen of the lip is the border's affair.
Vec3f tucking(const Vec3f& p, bool inside, float from_rim, float half) {
  const float middle = smoothstep(1.05f, .55f, std::abs(p.x()) / half);
  if (inside) return {0, -.10f * middle, -.34f * middle};
  const float follow = smoothstep(.05f, .6f, from_rim) * bell(from_rim, 1.35f);
  return {0, 0, middle * (.10f * follow - .34f * bell(from_rim, .5f))};
}

// The borders come towards the seam, which sinks in.
Vec3f pressing(const Vec3f& p, bool upper, bool inside, float from_rim, float half) {
  const float middle = smoothstep(1.05f, .6f, std::abs(p.x()) / half);
  if (inside) return {0, 0, -.12f * middle};
  const float follow = smoothstep(.05f, .5f, from_rim) * bell(from_rim, 1.1f);
  return {0, (upper ? -.10f : .12f) * middle * follow, -.14f * middle * bell(from_rim, .35f)};
}

// The mean head's jaw draws the corners in; speakers' open mouths keep their width (docs/render.md).
Vec3f keeping(const Vec3f& p, const Vec3f& corner) {
  constexpr float kOutward = .13f;
  const float side = smoothstep(.1f, .9f, std::abs(p.x() / corner.x()));
  return {std::copysign(kOutward * bell(from_corners(p, corner), 1.5f) * side, p.x()), 0, 0};
}

// The jaw pulls the rims further than the borders: the borders follow.
Vec3f opening(const Vec3f& p, bool upper, bool inside, float from_rim, float half) {
  if (inside) return Vec3f::Zero();
  const float middle = smoothstep(1.f, .4f, std::abs(p.x()) / half);
  const float follow = smoothstep(.1f, .7f, from_rim) * bell(from_rim, 1.3f);
  return {0, (upper ? .12f : -.18f) * middle * follow, .06f * middle * follow};
}

}  // namespace

LipPose lip_pose(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept {
  using enum Blendshape;
  const auto beyond = [&](Blendshape shape) { return std::max(expression[shape] - own[shape], 0.f); };
  LipPose pose;
  pose.round = smoothstep(.08f, .8f, beyond(mouthPucker) + .5f * beyond(mouthFunnel));
  // Lips that are pressed on each other roll in together.
  const float pressed = std::max(beyond(mouthPressLeft), beyond(mouthPressRight));
  const float spread = expression[mouthSmileLeft] + expression[mouthSmileRight] +
                       .8f * (expression[mouthStretchLeft] + expression[mouthStretchRight]) +
                       .5f * (expression[mouthUpperUpLeft] + expression[mouthUpperUpRight]);
  pose.drawn = smoothstep(.05f, .36f, beyond(jawOpen));
  pose.spread = smoothstep(.2f, 1.5f, spread) * (1 - pose.round) * (1 - .75f * pose.drawn);
  pose.press = smoothstep(.05f, .5f, pressed);
  pose.tuck = smoothstep(.12f, .42f, beyond(mouthRollLower) - .5f * pressed);
  // The incisors and canines lie on a lip that is tucked under them.
  pose.spread = std::max(pose.spread, .26f * pose.tuck);
  return pose;
}

LipShaper::LipShaper(const HeadModel& head) {
  const Vec3f corner = head.neutral[static_cast<std::size_t>(head.loop(HeadLoop::lip_upper_inner).back())];
  for (std::int32_t v = 0; v < head.skin_end(); ++v) {
    const auto i = static_cast<std::size_t>(v);
    const Vec3f& p = head.neutral[i];
    if (p.z() < 7 || p.y() > 0 || p.y() < corner.y() - 4.5f) continue;
    const bool upper = head.lip_side[i] > 0, inside = head.lip_depth[i] > .3f;
    const float from_rim =
        distance_to(head, upper ? HeadLoop::lip_upper_inner : HeadLoop::lip_lower_inner, p);
    const float half = std::abs(corner.x());
    const Move move{v,
                    rounding(p, corner),
                    upper ? Vec3f::Zero() : tucking(p, inside, from_rim, half),
                    pressing(p, upper, inside, from_rim, half),
                    opening(p, upper, inside, from_rim, half),
                    keeping(p, corner)};
    if (std::max({move.round.cwiseAbs().maxCoeff(), move.tuck.cwiseAbs().maxCoeff(),
                  move.press.cwiseAbs().maxCoeff(), move.open.cwiseAbs().maxCoeff(),
                  move.keep.cwiseAbs().maxCoeff()}) > kLeast)
      moves_.push_back(move);
  }
}

void LipShaper::shape(const LipPose& pose, std::span<Vec3f> vertices) const noexcept {
  if (std::max({pose.round, pose.tuck, pose.press, pose.open, pose.drawn}) <= 0) return;
  for (const Move& move : moves_)
    vertices[static_cast<std::size_t>(move.vertex)] += pose.round * move.round + pose.tuck * move.tuck +
                                                       pose.press * move.press + pose.open * move.open +
                                                       pose.drawn * move.keep;
}

}  // namespace parlante
