// What lives in a face besides speech: head, gaze, brows, blinks, breath, from the voice's melody and rhythm.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>

#include "core/random.hpp"
#include "motion/blinks.hpp"
#include "motion/breath.hpp"
#include "motion/gaze.hpp"
#include "motion/head_motion.hpp"
#include "motion/idle.hpp"
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

/// What is asked of it at one moment.
struct LifeManner {
  std::optional<Eigen::Vector2f> gaze;  ///< yaw, pitch to look at, rad; nothing: the eyes' own behaviour
  bool head_follows_gaze = true;        ///< by a part, when the shift is large
  bool gaze_shift_blinks = true;        ///< a large shift of the gaze may bring a blink
  float blinks_per_minute = 26;
  float head_tempo = 1;
  bool idle = true;  ///< listens while nobody speaks; false: waits quietly
};

/// One moment of it.
struct LifeMoment {
  HeadTurn head;
  Gaze gaze;  ///< in the room, or as asked for
  float brow_raise = 0;
  Lids lids;
  float breath = 0;
};

/// One 10 ms tick at a time; each part has random numbers of its own, so that none disturbs another. Not
/// thread-safe; nothing is allocated.
class Life {
 public:
  explicit Life(std::uint64_t seed) noexcept;
  /// Once a tick, kTicksPerFrame times with the cues of one frame.
  LifeMoment step(const ProsodyCues& cues, bool first_tick_of_frame, const LifeManner& manner) noexcept;
  /// The end is near: no blink begins any more, for a last picture with shut eyes would be an odd one.
  void finish() noexcept { blinks_.stop(); }

 private:
  Random head_random_, gaze_random_, blink_random_, breath_random_, idle_random_;
  HeadMotion head_;
  GazeMotion gaze_;
  Blinks blinks_;
  Breath breath_;
  Brows brows_;
  Idle idle_;
};

}  // namespace parlante
