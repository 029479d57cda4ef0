#include "render/rig_weights.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kLeastWeight = 1e-4f;

float distance_to(const Vec3f& point, std::span<const std::int32_t> vertices,
                  const std::vector<Vec3f>& positions) {
  float nearest = 1e9f;
  for (std::int32_t v : vertices)
    nearest = std::min(nearest, (positions[static_cast<std::size_t>(v)] - point).squaredNorm());
  return std::sqrt(nearest);
}

/// Height of a loop at x, from its vertices in order of x; continued by its ends.
class LoopHeight {
 public:
  LoopHeight(const std::vector<std::int32_t>& loop, const std::vector<Vec3f>& positions) {
    for (std::int32_t v : loop) points_.push_back(positions[static_cast<std::size_t>(v)].head<2>());
    std::stable_sort(points_.begin(), points_.end(),
                     [](const Vec2f& a, const Vec2f& b) { return a.x() < b.x(); });
  }
  float at(float x) const {
    const auto after = std::upper_bound(points_.begin(), points_.end(), x,
                                        [](float value, const Vec2f& p) { return value < p.x(); });
    if (after == points_.begin()) return points_.front().y();
    if (after == points_.end()) return points_.back().y();
    const Vec2f &a = *(after - 1), &b = *after;
    return a.y() + (b.y() - a.y()) * (x - a.x()) / std::max(b.x() - a.x(), 1e-9f);
  }

 private:
  std::vector<Vec2f> points_;
};

/// A lip moves as a whole, without getting thin; outside it, a Gaussian of the distance. The hidden first
/// rings move with the rim entirely, or the asked aperture would not be reached.
void lip_weights(const HeadModel& head, RigWeights& weights) {
  const auto &upper = head.loop(HeadLoop::lip_upper_inner), &lower = head.loop(HeadLoop::lip_lower_inner);
  const std::span<const std::int32_t> upper_rim = std::span(upper).subspan(4, upper.size() - 8);
  const std::span<const std::int32_t> lower_rim = std::span(lower).subspan(3, lower.size() - 6);
  // Of the vermilion's height at a rim vertex, what counts as one with the rim.
  const auto beyond_lip = [&](const Vec3f& p, std::span<const std::int32_t> rim, HeadLoop border) {
    std::int32_t nearest = rim.front();
    for (const std::int32_t r : rim)
      if ((head.neutral[static_cast<std::size_t>(r)] - p).squaredNorm() <
          (head.neutral[static_cast<std::size_t>(nearest)] - p).squaredNorm())
        nearest = r;
    const Vec3f& at = head.neutral[static_cast<std::size_t>(nearest)];
    return std::max((at - p).norm() - .7f * distance_to(at, head.loop(border), head.neutral), 0.f);
  };
  for (std::int32_t v = 0; v < head.skin_end(); ++v) {
    const auto i = static_cast<std::size_t>(v);
    const Vec3f& p = head.neutral[i];
    const float depth = head.lip_depth[i];
    if (head.lip_side[i] > 0) {
      float w = p.y() < -1.2f
                    ? std::exp(-std::pow(beyond_lip(p, upper_rim, HeadLoop::lip_upper_outer) / .60f, 2.f))
                    : 0.f;
      if (depth > .3f && depth < 3.2f) w = 1;
      if (w > kLeastWeight) weights.upper_lip.push_back({v, w});
    } else {
      float w = std::exp(-std::pow(beyond_lip(p, lower_rim, HeadLoop::lip_lower_outer) / .95f, 2.f));
      if (depth > .3f && depth < 3.2f) w = 1;
      if (w > kLeastWeight) weights.lower_lip.push_back({v, w});
    }
  }
}

/// Whatever lies on the seam moves with it entirely, corners included; skin by a Gaussian of the distance,
/// not up to the nose.
void mouth_weights(const HeadModel& head, RigWeights& weights) {
  constexpr float kReach = 1.1f;                        // cm
  constexpr float kNoseBase = -1.f, kBelowNose = -2.f;  // cm
  for (std::int32_t v = 0; v < head.skin_end(); ++v) {
    const auto i = static_cast<std::size_t>(v);
    const Vec3f& p = head.neutral[i];
    const float d = std::min(distance_to(p, head.loop(HeadLoop::lip_upper_inner), head.neutral),
                             distance_to(p, head.loop(HeadLoop::lip_lower_inner), head.neutral));
    float w = std::exp(-(d / kReach) * (d / kReach)) * smoothstep(kNoseBase, kBelowNose, p.y());
    if (head.lip_depth[i] > .3f && head.lip_depth[i] < 3.2f) w = 1;
    if (w > kLeastWeight) weights.mouth.push_back({v, w});
  }
}

/// Gaussians of the distances to the lids' margins, on their sides of the middle of the opening.
void lid_weights(const HeadModel& head, RigWeights& weights) {
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const auto& margin = head.loop(kLids[eye].upper);
    const auto& lower_margin = head.loop(kLids[eye].lower);
    const LoopHeight upper(margin, head.neutral), lower(lower_margin, head.neutral);
    for (std::int32_t v = 0; v < head.skin_end(); ++v) {
      const Vec3f& p = head.neutral[static_cast<std::size_t>(v)];
      const float d = distance_to(p, margin, head.neutral);
      const float middle = .5f * (upper.at(p.x()) + lower.at(p.x()));
      const float w = std::exp(-(d / .7f) * (d / .7f)) *
                      smoothstep(-.03f, .03f, p.y() - middle + (d < .02f ? .05f : 0.f));
      if (w > kLeastWeight) weights.lids[eye].push_back({v, w});
      const float e = distance_to(p, lower_margin, head.neutral);
      const float below = std::exp(-(e / .55f) * (e / .55f)) *
                          smoothstep(-.03f, .03f, middle - p.y() + (e < .02f ? .05f : 0.f));
      if (below > kLeastWeight) weights.lower_lids[eye].push_back({v, below});
    }
  }
}

GenericRing generic_ring(const HeadModel& head, HeadLoop loop) {
  GenericRing ring;
  const auto& vertices = head.loop(loop);
  for (std::int32_t v : vertices) ring.neutral.push_back(head.neutral[static_cast<std::size_t>(v)].head<2>());
  for (std::size_t k = 0; k < kBlendshapes; ++k) {
    const SparseDelta& delta = head.expressions[k];
    std::vector<Vec2f> moves(vertices.size(), Vec2f::Zero());
    bool any = false;
    for (std::size_t i = 0; i < vertices.size(); ++i) {
      const auto found = std::lower_bound(delta.vertices.begin(), delta.vertices.end(), vertices[i]);
      if (found == delta.vertices.end() || *found != vertices[i]) continue;
      moves[i] = delta.deltas[static_cast<std::size_t>(found - delta.vertices.begin())].head<2>();
      any = true;
    }
    if (any) ring.expressions[k] = std::move(moves);
  }
  return ring;
}

Neighbours neighbours_of(const std::vector<Triangle>& triangles, std::size_t vertices) {
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (const Triangle& t : triangles)
    for (std::size_t k = 0; k < 3; ++k) {
      pairs.emplace_back(t[k], t[(k + 1) % 3]);
      pairs.emplace_back(t[(k + 1) % 3], t[k]);
    }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  Neighbours result;
  result.first.assign(vertices + 1, 0);
  for (const auto& [from, to] : pairs) {
    if (static_cast<std::size_t>(from) >= vertices || static_cast<std::size_t>(to) >= vertices) continue;
    ++result.first[static_cast<std::size_t>(from) + 1];
    result.of.push_back(to);
  }
  for (std::size_t i = 0; i < vertices; ++i) result.first[i + 1] += result.first[i];
  return result;
}

}  // namespace

RigWeights::RigWeights(const HeadModel& head) {
  lip_weights(head, *this);
  mouth_weights(head, *this);
  lid_weights(head, *this);
  for (std::size_t i = 0; i < 3; ++i) {
    rings[i] = generic_ring(head, kUpperRings[i]);
    rings[i + 3] = generic_ring(head, kLowerRings[i]);
  }
  neighbours = neighbours_of(head.faces(HeadPart::face), static_cast<std::size_t>(head.face_end()));
  face_triangles = head.faces(HeadPart::face);
  for (const Triangle& t : head.faces(HeadPart::head))
    if (std::min({t[0], t[1], t[2]}) < head.face_end()) face_triangles.push_back(t);
  for (HeadPart part : {HeadPart::socket, HeadPart::tongue, HeadPart::gums_upper, HeadPart::gums_lower,
                        HeadPart::teeth_upper, HeadPart::teeth_lower})
    interior_triangles.insert(interior_triangles.end(), head.faces(part).begin(), head.faces(part).end());
}

}  // namespace parlante
