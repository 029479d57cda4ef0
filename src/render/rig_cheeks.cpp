#include "render/rig_cheeks.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

// Landmarks of a cheek: its apple, the ends of the smile line on it, the middle of the lower lid's margin.
struct Cheek {
  std::array<std::size_t, 3> apple;
  std::size_t wing, corner, lid;
};
constexpr std::array<Cheek, 2> kCheeks = {
    {{{50, 205, 101}, 129, 216, 145}, {{280, 425, 330}, 358, 436, 374}}};

constexpr float kUp = .42f, kOut = .24f, kAside = .08f;  // cm of the apple
constexpr float kReach = 1.75f;                          // cm, of the lift about the apple
constexpr float kBesideLine = .5f;                       // cm beside the smile line over which it begins
constexpr float kUnderLid = 1.1f, kAtLid = .3f;  // cm below the margin it gets less; what is left there
constexpr float kLeast = 3e-3f;                  // cm: what moves less stays

Vec3f landmark(const HeadModel& head, std::size_t k) {
  const SurfacePoint& point = head.landmarks[k];
  Vec3f p = Vec3f::Zero();
  for (std::size_t i = 0; i < 3; ++i)
    p += point.weights[i] * head.neutral[static_cast<std::size_t>(point.vertices[i])];
  return p;
}

}  // namespace

CheekLift::CheekLift(const HeadModel& head) {
  for (std::size_t side = 0; side < 2; ++side) {
    const Cheek& cheek = kCheeks[side];
    const float outward = side == 0 ? -1.f : 1.f;
    Vec3f apple = Vec3f::Zero();
    for (const std::size_t k : cheek.apple) apple += landmark(head, k) / 3;
    const Vec3f wing = landmark(head, cheek.wing), corner = landmark(head, cheek.corner);
    const float lid = landmark(head, cheek.lid).y();
    for (std::int32_t v = 0; v < head.face_end(); ++v) {
      const Vec3f& p = head.neutral[static_cast<std::size_t>(v)];
      const float far = (p - apple).norm() / kReach;
      if (far > 2.5f) continue;
      const float down = std::clamp((wing.y() - p.y()) / (wing.y() - corner.y()), 0.f, 1.f);
      const float beside = outward * (p.x() - wing.x() - down * (corner.x() - wing.x()));
      const float under_lid = lid - p.y();
      const float weight = std::exp(-far * far) * smoothstep(-.1f, kBesideLine, beside) *
                           (kAtLid + (1 - kAtLid) * smoothstep(0.f, kUnderLid, under_lid)) *
                           smoothstep(-.15f, .05f, under_lid);
      const Vec3f way = weight * Vec3f(outward * kAside, kUp, kOut);
      if (way.norm() > kLeast) moves_[side].push_back({v, way});
    }
  }
}

std::array<float, 2> CheekLift::pull(const BlendshapeWeights& e) noexcept {
  using enum Blendshape;
  const float round = .8f * e[mouthPucker] + .5f * e[mouthFunnel];
  const auto of = [&](Blendshape smile, Blendshape cheek, Blendshape stretch) {
    return std::clamp(smoothstep(.1f, .95f, e[smile] + .45f * e[cheek] + .15f * e[stretch]) - round, 0.f,
                      1.f);
  };
  return {of(mouthSmileRight, cheekSquintRight, mouthStretchRight),
          of(mouthSmileLeft, cheekSquintLeft, mouthStretchLeft)};
}

void CheekLift::lift(const std::array<float, 2>& from, const std::array<float, 2>& to,
                     std::span<Vec3f> vertices) const noexcept {
  for (std::size_t side = 0; side < 2; ++side) {
    const float more = to[side] - from[side];
    if (more == 0) continue;
    for (const Move& move : moves_[side]) vertices[static_cast<std::size_t>(move.vertex)] += more * move.way;
  }
}

}  // namespace parlante
