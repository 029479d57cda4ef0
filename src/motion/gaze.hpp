// Where the eyes look: at the viewer, away for moments, with the small jumps that living eyes make.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "core/random.hpp"
#include "motion/prosody.hpp"

namespace parlante {

struct Gaze {
  float yaw = 0, pitch = 0;  ///< rad in the room (not in the head), signs as in FaceCode: image's right, up
  bool shift = false;        ///< a shift of more than 6° starts now
};

/// Saccade statistics of "Eyes Alive" (Lee, Badler and Badler, SIGGRAPH 2002): amplitude -6.9·ln(f/15.7)°,
/// duration 25 ms + 2.4 ms/°, looking at the other for 3.1 s and away for .93 s in talk, 7.9 and .43 s in
/// listening. One to two micro-saccades a second. Not thread-safe; nothing is allocated.
class GazeMotion {
 public:
  explicit GazeMotion(Random& random) noexcept;
  /// Once a tick. `asked`: yaw and pitch to look at (rad, in the room), with the small jumps only; `calm`: no
  /// looking away.
  Gaze step(const ProsodyCues& cues, const std::optional<Eigen::Vector2f>& asked, bool calm,
            Random& random) noexcept;
  /// Looks away at the next step, if it looks at the viewer.
  void glance() noexcept {
    if (!away_) left_s_ = 0;
  }

 private:
  void jump(float yaw, float pitch) noexcept;
  void look_away(Random& random) noexcept;

  bool away_ = false, obeying_ = false, begun_ = false;
  float left_s_;  ///< until the next change between looking at and away
  float micro_left_s_;
  float aim_yaw_ = 0, aim_pitch_ = 0;  ///< without the micro-saccades
  float from_yaw_ = 0, from_pitch_ = 0, to_yaw_ = 0, to_pitch_ = 0, age_s_ = 1, duration_s_ = 0.03F;
};

}  // namespace parlante
