// What a listener does while nobody speaks: nods, tilts, lifts of the brows.
#pragma once

#include <array>

#include "core/random.hpp"
#include "motion/prosody.hpp"

namespace parlante {

struct IdleMoment {
  float pitch = 0, roll = 0;  ///< rad, added to the head's
  float brow_raise = 0;
  bool glance = false;  ///< the eyes look away for a moment, now
};

/// Begins when nobody has spoken for a second and ends before the next voice. One gesture every six seconds
/// or so, none like the one before in size and time: one to three nods of 2–4°, a tilt held for a while, a
/// lift of the brows, sometimes with a nod, a glance aside. Not thread-safe; nothing is allocated.
class Idle {
 public:
  explicit Idle(Random& random) noexcept;
  /// Once a tick. `on`: false lets what goes on die away and begins nothing.
  IdleMoment step(const ProsodyCues& cues, bool on, Random& random) noexcept;

 private:
  /// Up in rise_s, there for hold_s, back somewhat slower.
  struct Bump {
    float age_s = 100, rise_s = 1, hold_s = 0, size = 0;
    float step() noexcept;
    bool over() const noexcept;
  };
  void gesture(Random& random) noexcept;

  float until_next_s_;
  float listening_ = 0;  ///< 0..1
  std::array<Bump, 3> nods_{};
  Bump tilt_, brows_;
  bool tilted_right_ = false, glances_ = false;
};

}  // namespace parlante
