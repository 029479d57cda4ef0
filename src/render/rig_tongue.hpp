// The tongue's places in speech.
#pragma once

#include <span>
#include <vector>

#include "head/head_model.hpp"

namespace parlante {

/// tongueOut as the rig reads it: up to kTongueRaised the tip rises to the ridge behind the upper teeth (l,
/// n, t, d), then it comes down and forward between the teeth (th, at kTongueBetween), and beyond that out of
/// the mouth.
inline constexpr float kTongueRaised = .25f, kTongueBetween = .55f;

/// Weight of the expression tongueOut: what is left of `asked` (0..1) beyond kTongueBetween.
float tongue_protrusion(float asked) noexcept;

/// Moves the tongue's tip to where `asked` has it; teeth and jaw are posed already. Immutable.
class TongueMover {
 public:
  explicit TongueMover(const HeadModel& head);
  void move(float asked, std::span<Vec3f> vertices) const noexcept;

 private:
  struct Part {
    std::int32_t vertex;
    float share;  ///< of the tip's way, 0..1
  };
  std::vector<Part> parts_;
  std::int32_t tip_ = -1, tooth_ = -1;  ///< the tongue's foremost vertex; the edge of an upper incisor
};

}  // namespace parlante
