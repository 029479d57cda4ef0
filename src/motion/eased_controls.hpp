// Controls on their way from what was asked to what is asked: no jumps.
#pragma once

#include "motion/controls.hpp"

namespace parlante {

/// A value on a critically damped spring.
struct Eased {
  float value = 0, speed = 0;
  /// One tick towards `goal`; 98 % of the way are made in `ease_s`.
  void step(float goal, float ease_s) noexcept;
  void jump(float goal) noexcept { *this = {goal, 0}; }
};

/// What holds at one tick.
struct ControlsNow {
  GazeControl gaze;
  float distance = 1;
  Eigen::Vector3f head_pose = Eigen::Vector3f::Zero();
  float fixed = 0;  ///< share of the fixed pose, 0..1; the head's own movement has the rest
  Eigen::Vector3f fixed_pose = Eigen::Vector3f::Zero();
  std::array<float, kEmotions> emotion{};  ///< at most 1 in all
  float head_scale = 1, mouth_scale = 1, blinks_per_minute = 26;
  float lively = 1;  ///< 0: still
  bool still = false, idle = true;
};

/// Not thread-safe; nothing is allocated.
class EasedControls {
 public:
  /// Begins at `controls` without any easing; they are brought into range.
  explicit EasedControls(const MotionControls& controls) noexcept;
  void ask(const MotionControls& controls) noexcept;
  /// Once a tick.
  ControlsNow step() noexcept;

 private:
  static constexpr std::size_t kValues = 11 + kEmotions;
  std::array<float, kValues> goals() const noexcept;
  MotionControls asked_;
  Eigen::Vector3f last_fixed_ = Eigen::Vector3f::Zero();
  std::array<Eased, kValues> values_{};
};

}  // namespace parlante
