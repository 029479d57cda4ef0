// The head's own movement: a slow random sway, beats on stressed syllables, a share of the large gaze shifts.
#pragma once

#include <Eigen/Core>
#include <array>

#include "core/random.hpp"
#include "motion/prosody.hpp"

namespace parlante {

/// A smooth random process: white noise through a low pass and a critically damped spring, so that speed has
/// no jumps and acceleration none that shows. Its standard deviation is `deviation`.
class Sway {
 public:
  /// `period_s`: of the spring; most of the movement is slower than it.
  Sway(float deviation, float period_s) noexcept;
  /// `tempo`: speed of the movement, 1: as made.
  float step(Random& random, float tempo) noexcept;
  float value() const noexcept;

 private:
  double gain_ = 0, stiffness_ = 0, push_ = 0, speed_ = 0, position_ = 0;
  double phase_ = 0;  ///< ticks that the process is behind its tempo, below 1
  void advance(double noise) noexcept;
};

struct HeadTurn {
  float yaw = 0, pitch = 0, roll = 0;                     ///< rad, as in FaceCode
  Eigen::Vector3f translation = Eigen::Vector3f::Zero();  ///< cm, as in FaceCode
};

/// How the head moves at the moment.
struct HeadManner {
  float tempo = 1;     ///< of sway and nods
  bool quiet = false;  ///< hardly moves while nobody speaks
};

/// Not thread-safe; nothing is allocated. step() is called once a tick.
class HeadMotion {
 public:
  /// Standard deviations .75 of real speakers' 2.9° pitch, 4.5° yaw, 3.3° roll (16 people, design 9).
  HeadMotion() noexcept;

  /// `gaze_yaw`, `gaze_pitch`: where the eyes look in the room, rad, signs as FaceCode's gaze; the head
  /// follows large shifts by a part, later than the eyes.
  HeadTurn step(const ProsodyCues& cues, bool first_tick_of_frame, float gaze_yaw, float gaze_pitch,
                const HeadManner& manner, Random& random) noexcept;

 private:
  struct Nod {
    float age_s = 10, depth = 0;
  };
  Sway yaw_, pitch_, roll_, right_, up_, near_;
  std::array<Nod, 3> nods_{};
  std::size_t next_nod_ = 0;
  float liveliness_ = 0.5F;
  float follow_yaw_ = 0, follow_pitch_ = 0, follow_yaw_speed_ = 0, follow_pitch_speed_ = 0;
};

}  // namespace parlante
