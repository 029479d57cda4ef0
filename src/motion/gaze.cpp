#include "motion/gaze.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/curves.hpp"

namespace parlante {
namespace {

/// Shares of eight directions, from the image's right counter-clockwise ("Eyes Alive", table 1).
constexpr std::array<double, 8> kDirections = {0.1554, 0.0646, 0.1769, 0.0744,
                                               0.1680, 0.0789, 0.2038, 0.0780};
/// A portrait has no reason to look further; the law's long tail is cut here.
constexpr float kWidest = 11 * kDegree, kHighest = 6 * kDegree;
constexpr float kLarge = 6 * kDegree;
constexpr float kMicro = 0.35F * kDegree;
constexpr float kWorthAJump = 0.5F * kDegree;

float next_spell(bool away, bool talking, Random& random) {
  const double mean = away ? (talking ? 0.93 : 0.43) : (talking ? 3.1 : 7.9);
  // No spell is shorter than an eye needs to see.
  return static_cast<float>(0.25 + random.exponential(mean - 0.25));
}

}  // namespace

GazeMotion::GazeMotion(Random& random) noexcept
    : left_s_(static_cast<float>(random.uniform(1.2, 3.5))),
      micro_left_s_(static_cast<float>(random.uniform(0.3, 0.9))) {}

void GazeMotion::jump(float yaw, float pitch) noexcept {
  from_yaw_ = to_yaw_;
  from_pitch_ = to_pitch_;
  to_yaw_ = yaw;
  to_pitch_ = pitch;
  age_s_ = 0;
  duration_s_ = 0.025F + 0.0024F * std::hypot(to_yaw_ - from_yaw_, to_pitch_ - from_pitch_) / kDegree;
}

void GazeMotion::look_away(Random& random) noexcept {
  const auto size = static_cast<float>(-6.9 * std::log(random.uniform(0.5, 15) / 15.7)) * kDegree;
  double share = random.uniform();
  std::size_t direction = 0;
  while (direction + 1 < kDirections.size() && (share -= kDirections[direction]) > 0) ++direction;
  const float angle = (static_cast<float>(direction) + static_cast<float>(random.uniform(-0.3, 0.3))) *
                      std::numbers::pi_v<float> / 4;
  aim_yaw_ = std::clamp(size * std::cos(angle), -kWidest, kWidest);
  aim_pitch_ = std::clamp(size * std::sin(angle), -kHighest, kHighest);
}

Gaze GazeMotion::step(const ProsodyCues& cues, const std::optional<Eigen::Vector2f>& asked, bool calm,
                      Random& random) noexcept {
  Gaze gaze;
  age_s_ += kTick_s;
  left_s_ -= kTick_s;
  micro_left_s_ -= kTick_s;
  const float old_yaw = aim_yaw_, old_pitch = aim_pitch_;
  const bool landed = age_s_ > duration_s_;
  const bool told = asked && std::hypot((*asked)[0] - aim_yaw_, (*asked)[1] - aim_pitch_) > kWorthAJump;
  if (landed && (told || asked.has_value() != obeying_)) {
    obeying_ = asked.has_value();
    aim_yaw_ = asked ? (*asked)[0] : 0;
    aim_pitch_ = asked ? (*asked)[1] : 0;
    away_ = false;
    left_s_ = next_spell(false, cues.talking, random);
    gaze.shift = std::hypot(aim_yaw_ - old_yaw, aim_pitch_ - old_pitch) > kLarge;
    jump(aim_yaw_, aim_pitch_);
    if (!begun_) age_s_ = duration_s_;  // there from the first picture on
  } else if (left_s_ <= 0 && landed && !asked && (away_ || !calm)) {
    away_ = !away_;
    left_s_ = next_spell(away_, cues.talking, random);
    aim_yaw_ = aim_pitch_ = 0;
    if (away_) look_away(random);
    gaze.shift = std::hypot(aim_yaw_ - old_yaw, aim_pitch_ - old_pitch) > kLarge;
    jump(aim_yaw_, aim_pitch_);
  } else if (micro_left_s_ <= 0 && landed) {
    micro_left_s_ = static_cast<float>(random.uniform(0.45, 1.1));
    jump(aim_yaw_ + kMicro * static_cast<float>(random.normal()),
         aim_pitch_ + 0.6F * kMicro * static_cast<float>(random.normal()));
  }
  begun_ = true;
  const float t = std::min(age_s_ / duration_s_, 1.F), way = t * t * (3 - 2 * t);
  gaze.yaw = from_yaw_ + way * (to_yaw_ - from_yaw_);
  gaze.pitch = from_pitch_ + way * (to_pitch_ - from_pitch_);
  return gaze;
}

}  // namespace parlante
