// When and how the eyes shut.
#pragma once

#include "core/random.hpp"
#include "motion/prosody.hpp"

namespace parlante {

struct Lids {
  float left = 0, right = 0;  ///< 1 = shut
};

/// A renewal process with a rest of .7 s after each blink; likelier at phrase ends and with large gaze
/// shifts. A blink goes down in 90 ms, stays shut 8–16 ms and comes up in 412 ms, the last third of it
/// hardly seen (Bentivoglio et al. 1997; design 6.7); the eyes are up to 5 ms apart. Not thread-safe;
/// nothing is allocated.
class Blinks {
 public:
  explicit Blinks(Random& random) noexcept;
  /// Once a tick. `per_minute` while talking, 0..60; two thirds of it while listening. `gaze_shift`: a large
  /// gaze shift starts now.
  Lids step(const ProsodyCues& cues, float per_minute, bool gaze_shift, Random& random) noexcept;
  /// No blink begins any more; one that has begun goes on.
  void stop() noexcept { stopped_ = true; }

 private:
  void begin(Random& random) noexcept;

  bool stopped_ = false;
  float age_s_ = 10, shut_s_ = 0.04F, right_delay_s_ = 0, since_phrase_end_s_ = 10;
};

}  // namespace parlante
