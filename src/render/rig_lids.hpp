// The lid law: the upper lid closes to the gap that is asked for and never enters the ball (design 7).
#pragma once

#include <array>
#include <span>

#include "render/rig_weights.hpp"

namespace parlante {

/// The ball a lid slides over, head frame, cm.
struct EyeBall {
  Vec3f centre = Vec3f::Zero();
  float radius = 1.2f;
};
inline constexpr float kLidClearance = .07f;  ///< cm, of the lid's skin over the ball

/// Widest gap between the lids of an eye, cm; negative: they overlap everywhere.
float lid_gap(const HeadModel& head, std::size_t eye, std::span<const Vec3f> vertices) noexcept;

/// Raises the lower lid of eye 0 (right) or 1 a little and lowers the upper one so that (1 - blink) of the
/// present gap is left (1: shut, lids overlap by .3 mm), and lifts lid skin out of the ball. Adds to
/// `dropped` (of each vertex) by how many cm it lowered the upper lid.
void close_lid(const HeadModel& head, const RigWeights& weights, std::size_t eye, float blink,
               const EyeBall& ball, std::span<Vec3f> vertices, std::span<float> dropped) noexcept;

/// How far an upper lid has come down, and how far it has to go, by the place between the corners.
class LidTravel {
 public:
  struct Place {
    float margin = 0;   ///< of the upper lid, y of the head frame, cm
    float dropped = 0;  ///< by the blink, cm
    float left = 0;     ///< to where lids meet, cm
  };
  /// Of a posed head (RigFrame::head, RigFrame::lid_drop).
  LidTravel(const HeadModel& head, std::size_t eye, float blink, std::span<const Vec3f> vertices,
            std::span<const float> dropped) noexcept;
  /// Beyond the corners: the corner's.
  Place at(float x) const noexcept;

 private:
  static constexpr std::size_t kSamples = 33;
  float first_ = 0, per_cm_ = 0;
  std::array<Place, kSamples> places_;
};

}  // namespace parlante
