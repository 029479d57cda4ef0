#include "motion/eased_controls.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "motion/prosody.hpp"

namespace parlante {

void Eased::step(float goal, float ease_s) noexcept {
  // Exact solution over one tick; (1 + x)·e^-x = .02 at x = 5.83.
  const float w = 5.83F / ease_s, decay = std::exp(-w * kTick_s);
  const float off = value - goal, pull = speed + w * off;
  value = goal + (off + pull * kTick_s) * decay;
  speed = (speed - w * pull * kTick_s) * decay;
}

EasedControls::EasedControls(const MotionControls& controls) noexcept : asked_(in_range(controls)) {
  if (asked_.fixed_pose) last_fixed_ = *asked_.fixed_pose;
  const auto goal = goals();
  for (std::size_t i = 0; i < kValues; ++i) values_[i].jump(goal[i]);
}

void EasedControls::ask(const MotionControls& controls) noexcept {
  asked_ = in_range(controls);
  if (asked_.fixed_pose) {
    // A pose that nothing is seen of yet need not be eased to.
    if (values_[4].value < 1e-3F)
      for (int i = 0; i < 3; ++i) values_[5 + static_cast<std::size_t>(i)].jump((*asked_.fixed_pose)[i]);
    last_fixed_ = *asked_.fixed_pose;
  }
}

std::array<float, EasedControls::kValues> EasedControls::goals() const noexcept {
  const MotionControls& c = asked_;
  std::array<float, kValues> goal = {c.distance,     c.head_pose[0],           c.head_pose[1],
                                     c.head_pose[2], c.fixed_pose ? 1.F : 0.F, last_fixed_[0],
                                     last_fixed_[1], last_fixed_[2],           c.head_scale,
                                     c.mouth_scale,  c.still ? 0.F : 1.F};
  const float sum = std::max(1.F, std::accumulate(c.emotion.begin(), c.emotion.end(), 0.F));
  for (std::size_t i = 0; i < kEmotions; ++i) goal[11 + i] = c.emotion[i] / sum;
  return goal;
}

ControlsNow EasedControls::step() noexcept {
  const auto goal = goals();
  for (std::size_t i = 0; i < kValues; ++i) values_[i].step(goal[i], asked_.ease_s);
  const auto at = [&](std::size_t i) { return values_[i].value; };
  ControlsNow now;
  now.gaze = asked_.gaze;
  now.distance = at(0);
  now.head_pose = {at(1), at(2), at(3)};
  now.fixed = std::clamp(at(4), 0.F, 1.F);
  now.fixed_pose = {at(5), at(6), at(7)};
  now.head_scale = std::max(0.F, at(8));
  now.mouth_scale = std::clamp(at(9), 0.F, 1.5F);
  now.lively = std::clamp(at(10), 0.F, 1.F);
  for (std::size_t i = 0; i < kEmotions; ++i) now.emotion[i] = std::clamp(at(11 + i), 0.F, 1.F);
  now.blinks_per_minute = asked_.blinks_per_minute;
  now.still = asked_.still;
  now.idle = asked_.idle;
  return now;
}

}  // namespace parlante
