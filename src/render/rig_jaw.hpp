// How high the lower row stands behind the lower lip (docs/render.md, "Lower teeth").
#pragma once

#include <span>
#include <vector>

#include "head/head_model.hpp"
#include "render/rig_lips.hpp"
#include "render/rig_mouth.hpp"

namespace parlante {

/// Moves lower teeth, their gums and the tongue up or down with the lips: a jaw's weight says little about
/// where its teeth are seen, because the lips part as far as they are asked to. Speakers part their lips
/// further than their teeth, so that the lower row stands above the lip; pouting lips hide it. Immutable.
class JawSeat {
 public:
  explicit JawSeat(const HeadModel& head);

  /// `opening`: what was drawn on `vertices` (head frame). `tongue`: FaceCode's tongueOut, which needs room
  /// between the rows. Nothing moves more than 1.5 cm.
  void seat(const LipPose& pose, float tongue, const Opening& opening, const SeenHeight& seen,
            std::span<Vec3f> vertices) const noexcept;

 private:
  struct Part {
    std::int32_t vertex;
    float share;  ///< of the way, 0..1: the tongue's root stays
  };
  std::vector<Part> parts_;
  std::int32_t upper_edge_ = -1, lower_edge_ = -1;  ///< vertices of the middle incisors' edges
};

}  // namespace parlante
