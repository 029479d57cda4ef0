// The outline of pouting lips: two arcs from corner to corner.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/arkit.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// Draws the vermilion borders towards smooth arcs when the lips are rounded: the expressions turn out the
/// sides of a lip further than its middle, so that added up they leave a square with notches. Leaves the
/// rims, and with them the opening, as they are. Immutable.
class LipBorder {
 public:
  explicit LipBorder(const HeadModel& head);

  /// How far the borders go to their arcs, 0..1: by pucker and funnel beyond the photo's own.
  static float strength(const BlendshapeWeights& expression, const BlendshapeWeights& own) noexcept;
  /// `vertices`: of the whole head, in its frame. Each arc keeps the area of its lip, unless that is higher
  /// than a ring of its width.
  void round(float strength, std::span<Vec3f> vertices) const noexcept;

 private:
  struct Follower {
    std::int32_t vertex;
    float weight;
  };
  struct Lip {
    std::vector<std::int32_t> border, rim;
    std::vector<Follower> followers;
    float outward = 1;  // of y
    float share = 1;    // of the way to the arc
    float highest = 0;  // of the width between the corners
  };
  static void round(const Lip& lip, float strength, std::span<Vec3f> vertices) noexcept;

  std::array<Lip, 2> lips_;
};

}  // namespace parlante
