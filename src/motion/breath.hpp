// Breathing: regular at rest; in speech a quick breath in the pauses and a slow loss of air while talking.
#pragma once

#include "core/random.hpp"
#include "motion/prosody.hpp"

namespace parlante {

/// 12–18 breaths a minute at rest. Not thread-safe; nothing is allocated.
class Breath {
 public:
  explicit Breath(Random& random) noexcept;
  /// Once a tick. How full the lungs are, -1..1.
  float step(const ProsodyCues& cues, Random& random) noexcept;

 private:
  float level_ = 0, speed_ = 0, cycle_s_;
  bool inhaling_ = true;
};

}  // namespace parlante
