#include "motion/life.hpp"

namespace parlante {
namespace {

constexpr float kBrowSmoothing_s = 0.06F;

}  // namespace

float Brows::step(float pitch_z) noexcept {
  slow_ += (pitch_z - slow_) * kTick_s / kBrowSmoothing_s;
  raise_ += (slow_ - raise_) * kTick_s / kBrowSmoothing_s;
  return (raise_ > 0 ? 0.3F : 0.1F) * raise_;
}

Life::Life(std::uint64_t seed, float blinks_per_minute) noexcept
    : head_random_(seed * 4 + 0),
      gaze_random_(seed * 4 + 1),
      blink_random_(seed * 4 + 2),
      breath_random_(seed * 4 + 3),
      gaze_(gaze_random_),
      blinks_(blinks_per_minute, blink_random_),
      breath_(breath_random_) {}

LifeMoment Life::step(const ProsodyCues& cues, bool first_tick_of_frame, bool gaze_shift_blinks) noexcept {
  ProsodyCues now = cues;
  if (!first_tick_of_frame) now.phrase_end = now.stress_ahead = false;
  LifeMoment moment;
  moment.gaze = gaze_.step(now, gaze_random_);
  moment.head = head_.step(now, first_tick_of_frame, moment.gaze.yaw, moment.gaze.pitch, head_random_);
  moment.brow_raise = brows_.step(now.pitch_z_ahead);
  moment.lids = blinks_.step(now, moment.gaze.shift && gaze_shift_blinks, blink_random_);
  moment.breath = breath_.step(now, breath_random_);
  return moment;
}

}  // namespace parlante
