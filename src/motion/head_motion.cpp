#include "motion/head_motion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kShareOfReal = 0.75F;
constexpr float kIdleShare = 0.55F, kQuietShare = 0.12F;  ///< liveliness of a head that listens; that waits
constexpr float kPushMemory_s = 0.25F;                    ///< low pass of the noise
constexpr float kNodApex_s = 0.15F;                       ///< 120 ms of warning + 30 ms behind the voice
constexpr float kFollowShare = 0.22F, kFollowSpeed = 9;   ///< share of a gaze shift; 1/s of its spring

}  // namespace

Sway::Sway(float deviation, float period_s) noexcept : stiffness_(2 * std::numbers::pi / period_s) {
  // The gain that gives the asked deviation: the process's variance is the energy of its impulse response.
  gain_ = 1;
  double energy = 0;
  for (int tick = 0; tick < static_cast<int>(6 * period_s / kTick_s); ++tick) {
    advance(tick == 0 ? 1 : 0);
    energy += position_ * position_;
  }
  gain_ = deviation / std::sqrt(energy);
  push_ = speed_ = position_ = 0;
}

void Sway::advance(double noise) noexcept {
  push_ += gain_ * noise - push_ * static_cast<double>(kTick_s / kPushMemory_s);
  const double dt = static_cast<double>(kTick_s);
  speed_ += dt * (push_ - 2 * stiffness_ * speed_ - stiffness_ * stiffness_ * position_);
  position_ += dt * speed_;
}

float Sway::value() const noexcept {
  return static_cast<float>(position_ + phase_ * static_cast<double>(kTick_s) * speed_);
}

float Sway::step(Random& random, float tempo) noexcept {
  for (phase_ += static_cast<double>(tempo); phase_ >= 1; phase_ -= 1) advance(random.normal());
  return value();
}

HeadMotion::HeadMotion() noexcept
    : yaw_(kShareOfReal * 4.5F * kDegree, 3.0F),
      pitch_(kShareOfReal * 2.9F * kDegree, 2.1F),
      roll_(kShareOfReal * 3.3F * kDegree, 3.1F),
      right_(0.22F, 4.5F),
      up_(0.12F, 4.0F),
      near_(0.3F, 5.0F) {}

HeadTurn HeadMotion::step(const ProsodyCues& cues, bool first_tick_of_frame, float gaze_yaw, float gaze_pitch,
                          const HeadManner& manner, Random& random) noexcept {
  const float goal = cues.talking ? 1.F : manner.quiet ? kQuietShare : kIdleShare;
  liveliness_ += (goal - liveliness_) * kTick_s / 0.8F;

  const bool stressed = first_tick_of_frame && cues.stress_ahead;
  const double chance = 0.35 + 0.5 * static_cast<double>(cues.stress);
  if (const double drawn = stressed ? random.uniform() : 1; drawn < chance) {
    // Of real speakers' beats nearly half go up: pitch and loudness hardly go together over a film. 3–5° at
    // full scale.
    const float way = drawn < 0.55 * chance ? 1.F : -0.8F;
    const auto depth = way * static_cast<float>(random.uniform(3, 5)) * kDegree * kShareOfReal;
    nods_[next_nod_] = {0, depth * (0.5F + 0.5F * cues.stress)};
    next_nod_ = (next_nod_ + 1) % nods_.size();
  }
  float nod = 0;
  for (Nod& n : nods_) {
    if (n.age_s > 2) continue;
    n.age_s += manner.tempo * kTick_s;
    // Starts and ends without a jerk, deepest at the apex.
    const float t = n.age_s / kNodApex_s;
    nod += n.depth * t * t * std::exp(2 - 2 * t);
  }

  const auto follow = [](float target, float& position, float& speed) {
    speed += kTick_s * (kFollowSpeed * kFollowSpeed * (target - position) - 2 * kFollowSpeed * speed);
    position += kTick_s * speed;
  };
  follow(kFollowShare * gaze_yaw, follow_yaw_, follow_yaw_speed_);
  follow(-kFollowShare * gaze_pitch, follow_pitch_, follow_pitch_speed_);

  HeadTurn pose;
  const float tempo = manner.tempo;
  pose.yaw = liveliness_ * yaw_.step(random, tempo) + follow_yaw_;
  pose.pitch = liveliness_ * pitch_.step(random, tempo) + (follow_pitch_ + nod);
  pose.roll = liveliness_ * roll_.step(random, tempo);
  const float near = near_.step(random, tempo), up = up_.step(random, tempo),
              right = right_.step(random, tempo);
  pose.translation = liveliness_ * Eigen::Vector3f(right, up, near);
  return pose;
}

}  // namespace parlante
