#include "render/rig_jaw.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kShown =
    .34f;  // cm of the lower crowns above the lip, of lips apart by kShownFrom to kShownTo
constexpr float kShownWide = -.12f;                               // and of the widest openings
constexpr float kHidden = .22f;                                   // cm below the lip, of pouting lips
constexpr float kShownFrom = .2f, kShownTo = 1.2f, kWide = 2.1f;  // cm between the lips
constexpr float kBite = .10f;                                     // cm between the rows at least
constexpr float kRoom = .30f;  // and more for a tongue that is raised or between the teeth
constexpr float kMost = 1.5f;

}  // namespace

JawSeat::JawSeat(const HeadModel& head) {
  const auto at = [&](std::int32_t v) -> const Vec3f& { return head.neutral[static_cast<std::size_t>(v)]; };
  constexpr float kIncisors = .4f;
  const VertexRange &upper = head.part(HeadPart::teeth_upper), &lower = head.part(HeadPart::teeth_lower);
  for (std::int32_t v = upper.begin; v < upper.end; ++v)
    if (std::abs(at(v).x()) < kIncisors && (upper_edge_ < 0 || at(v).y() < at(upper_edge_).y()))
      upper_edge_ = v;
  for (std::int32_t v = lower.begin; v < lower.end; ++v)
    if (std::abs(at(v).x()) < kIncisors && (lower_edge_ < 0 || at(v).y() > at(lower_edge_).y()))
      lower_edge_ = v;
  if (upper_edge_ < 0 || lower_edge_ < 0) return;
  for (const HeadPart part : {HeadPart::teeth_lower, HeadPart::gums_lower, HeadPart::tongue})
    for (std::int32_t v = head.part(part).begin; v < head.part(part).end; ++v) {
      const float behind = at(lower_edge_).z() - at(v).z();
      const float share = part == HeadPart::tongue ? smoothstep(6.f, 2.f, behind) : 1.f;
      if (share > .01f) parts_.push_back({v, share});
    }
}

void JawSeat::seat(const LipPose& pose, float tongue, const Opening& opening, const SeenHeight& seen,
                   std::span<Vec3f> vertices) const noexcept {
  if (parts_.empty()) return;
  constexpr std::size_t kMiddle = kOpeningSamples / 2;
  const float gap = std::max(opening.gap[kMiddle], 0.f), lip = opening.middle[kMiddle] - .5f * gap;
  const float wide = smoothstep(kShownTo, kWide, gap);
  const float bare = smoothstep(0.f, kShownFrom, gap) * (kShown + wide * (kShownWide - kShown));
  const float free = (1 - pose.round) * (1 - pose.tuck);
  const float room = kBite + kRoom * smoothstep(0.f, .25f, tongue);
  const float upper = seen(vertices[static_cast<std::size_t>(upper_edge_)]),
              lower = seen(vertices[static_cast<std::size_t>(lower_edge_)]);
  const float goal = std::min(lip + free * bare - (1 - free) * kHidden, upper - room);
  const float way = std::clamp((goal - lower) / seen.per_cm(), -kMost, kMost);
  for (const Part& part : parts_) vertices[static_cast<std::size_t>(part.vertex)].y() += part.share * way;
}

}  // namespace parlante
