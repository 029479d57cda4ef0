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

Life::Life(std::uint64_t seed) noexcept
    : head_random_(seed * 4 + 0),
      gaze_random_(seed * 4 + 1),
      blink_random_(seed * 4 + 2),
      breath_random_(seed * 4 + 3),
      idle_random_(~seed),
      gaze_(gaze_random_),
      blinks_(blink_random_),
      breath_(breath_random_),
      idle_(idle_random_) {}

LifeMoment Life::step(const ProsodyCues& cues, bool first_tick_of_frame, const LifeManner& manner) noexcept {
  ProsodyCues now = cues;
  if (!first_tick_of_frame) now.phrase_end = now.stress_ahead = false;
  LifeMoment moment;
  const IdleMoment idle = idle_.step(now, manner.idle, idle_random_);
  if (idle.glance) gaze_.glance();
  moment.gaze = gaze_.step(now, manner.gaze, !manner.idle && !now.talking, gaze_random_);
  const bool follows = manner.head_follows_gaze;
  moment.head =
      head_.step(now, first_tick_of_frame, follows ? moment.gaze.yaw : 0, follows ? moment.gaze.pitch : 0,
                 {.tempo = manner.head_tempo, .quiet = !manner.idle}, head_random_);
  moment.brow_raise = brows_.step(now.pitch_z_ahead);
  moment.lids = blinks_.step(now, manner.blinks_per_minute, moment.gaze.shift && manner.gaze_shift_blinks,
                             blink_random_);
  moment.breath = breath_.step(now, breath_random_);
  moment.head.pitch += idle.pitch;
  moment.head.roll += idle.roll;
  moment.brow_raise += idle.brow_raise;
  return moment;
}

}  // namespace parlante
