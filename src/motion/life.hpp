// What lives in a face besides speech: head, gaze, brows, blinks, breath, from the voice's melody and rhythm.
#pragma once

#include "core/arkit.hpp"
#include "core/random.hpp"
#include "motion/blinks.hpp"
#include "motion/breath.hpp"
#include "motion/gaze.hpp"
#include "motion/head_motion.hpp"
#include "motion/prosody.hpp"

namespace parlante {

/// Brows that follow the voice's pitch, raised .3 for one standard deviation. A low voice hardly lowers them:
/// that would be a frown.
class Brows {
 public:
  /// Once a tick. How far they are raised; negative: lowered.
  float step(float pitch_z) noexcept;

 private:
  float slow_ = 0, raise_ = 0;
};

/// One moment of it.
struct LifeMoment {
  HeadPose head;
  Gaze gaze;  ///< in the room
  float brow_raise = 0;
  Lids lids;
  float breath = 0;
};

/// One 10 ms tick at a time; each part has random numbers of its own, so that none disturbs another. Not
/// thread-safe; nothing is allocated.
class Life {
 public:
  Life(std::uint64_t seed, float blinks_per_minute) noexcept;
  /// Once a tick, kTicksPerFrame times with the cues of one frame. `gaze_shift_blinks`: a large shift of the
  /// gaze may bring a blink.
  LifeMoment step(const ProsodyCues& cues, bool first_tick_of_frame, bool gaze_shift_blinks) noexcept;
  /// The end is near: no blink begins any more, for a last picture with shut eyes would be an odd one.
  void finish() noexcept { blinks_.stop(); }

 private:
  Random head_random_, gaze_random_, blink_random_, breath_random_;
  HeadMotion head_;
  GazeMotion gaze_;
  Blinks blinks_;
  Breath breath_;
  Brows brows_;
};

}  // namespace parlante
