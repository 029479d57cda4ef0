#include "render/rig_tongue.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

// Where the tip is against the edge of the upper incisors, cm; and how far it goes from between them.
const Vec3f kAtRidge(0, .06f, -.50f), kBetweenTeeth(0, -.14f, .28f), kOut(0, -.5f, 1.8f);
constexpr float kFarthest = 2.6f;  // cm the tip goes at most

}  // namespace

float tongue_protrusion(float asked) noexcept {
  return std::clamp((asked - kTongueBetween) / (1 - kTongueBetween), 0.f, 1.f);
}

TongueMover::TongueMover(const HeadModel& head) {
  const auto at = [&](std::int32_t v) -> const Vec3f& { return head.neutral[static_cast<std::size_t>(v)]; };
  const VertexRange& tongue = head.part(HeadPart::tongue);
  for (std::int32_t v = tongue.begin; v < tongue.end; ++v)
    if (tip_ < 0 || at(v).z() - std::abs(at(v).x()) > at(tip_).z() - std::abs(at(tip_).x())) tip_ = v;
  const VertexRange& teeth = head.part(HeadPart::teeth_upper);
  for (std::int32_t v = teeth.begin; v < teeth.end; ++v)
    if (std::abs(at(v).x()) < .8f && (tooth_ < 0 || at(v).y() < at(tooth_).y())) tooth_ = v;
  if (tip_ < 0 || tooth_ < 0) return;
  // The blade's middle is raised more than its sides, its root not at all.
  for (std::int32_t v = tongue.begin; v < tongue.end; ++v) {
    const float behind = at(tip_).z() - at(v).z();
    const float share =
        smoothstep(3.f, .2f, behind) * (1 - .35f * smoothstep(.4f, 1.5f, std::abs(at(v).x())));
    if (share > .01f) parts_.push_back({v, share});
  }
}

void TongueMover::move(float asked, std::span<Vec3f> vertices) const noexcept {
  if (asked <= 0 || tip_ < 0 || tooth_ < 0) return;
  const float raised = smoothstep(0.f, kTongueRaised, asked);
  const float between = smoothstep(kTongueRaised, kTongueBetween, asked);
  const Vec3f edge = vertices[static_cast<std::size_t>(tooth_)];
  Vec3f way =
      edge + kAtRidge + between * (kBetweenTeeth - kAtRidge) - vertices[static_cast<std::size_t>(tip_)];
  way = raised * (way + tongue_protrusion(asked) * kOut);
  way.x() = 0;
  if (way.norm() > kFarthest) way *= kFarthest / way.norm();
  for (const Part& part : parts_) vertices[static_cast<std::size_t>(part.vertex)] += part.share * way;
}

}  // namespace parlante
