#include "motion/breath.hpp"

#include <algorithm>

namespace parlante {
namespace {

constexpr float kQuick_s = 0.7F;   ///< a full breath in a pause of speech
constexpr float kPhrase_s = 5.0F;  ///< speech empties the lungs in this time
constexpr float kSmoothing_s = 0.18F;
constexpr float kInhaleShare = 0.4F;  ///< of a cycle at rest

float next_cycle(Random& random) {
  return static_cast<float>(random.uniform(60. / 18, 60. / 12));
}

}  // namespace

Breath::Breath(Random& random) noexcept : cycle_s_(next_cycle(random)) {}

float Breath::step(const ProsodyCues& cues, Random& random) noexcept {
  float goal;
  if (cues.voice) {
    inhaling_ = false;
    goal = -2 / kPhrase_s;
  } else {
    const bool hurried = cues.talking || cues.voice_ahead;
    if (hurried && level_ < 0.35F) inhaling_ = true;
    if (inhaling_ && level_ > 0.8F) {
      inhaling_ = false;
      cycle_s_ = next_cycle(random);
    } else if (!inhaling_ && level_ < -0.8F) {
      inhaling_ = true;
    }
    goal = inhaling_ ? (hurried ? 2 / kQuick_s : 1.7F / (kInhaleShare * cycle_s_))
                     : -1.7F / ((1 - kInhaleShare) * cycle_s_);
  }
  // Near full or empty the movement dies away.
  const float room = std::clamp(goal > 0 ? (1 - level_) / 0.3F : (1 + level_) / 0.3F, 0.F, 1.F);
  speed_ += (goal * room - speed_) * kTick_s / kSmoothing_s;
  level_ = std::clamp(level_ + speed_ * kTick_s, -1.F, 1.F);
  return level_;
}

}  // namespace parlante
