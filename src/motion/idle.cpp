#include "motion/idle.hpp"

#include <algorithm>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kSlowerBack = 1.35F;

float uniform(Random& random, double low, double high) {
  return static_cast<float>(random.uniform(low, high));
}

/// Seconds from one gesture to the next.
float next_wait(Random& random) {
  return static_cast<float>(2.2 + random.exponential(3.6));
}

/// 0 to 1 with no jump of speed or acceleration (minimum jerk; Flash and Hogan 1985).
float ease(float t) {
  t = std::clamp(t, 0.F, 1.F);
  return t * t * t * (10 + t * (6 * t - 15));
}

}  // namespace

Idle::Idle(Random& random) noexcept : until_next_s_(uniform(random, 1.2, 4)) {}

bool Idle::Bump::over() const noexcept {
  return age_s > rise_s + hold_s + kSlowerBack * rise_s;
}

float Idle::Bump::step() noexcept {
  age_s += kTick_s;
  if (over()) return 0;
  return size * (ease(age_s / rise_s) - ease((age_s - rise_s - hold_s) / (kSlowerBack * rise_s)));
}

void Idle::gesture(Random& random) noexcept {
  const double which = random.uniform();
  glances_ = random.uniform() < 0.3;
  if (which < 0.6) {
    const int count = which < 0.22 ? 1 : which < 0.48 ? 2 : 3;
    const float rise_s = uniform(random, 0.20, 0.30);
    float size = uniform(random, 2.0, 4.0) * kDegree, start_s = 0;
    for (int i = 0; i < count; ++i) {
      nods_[static_cast<std::size_t>(i)] = {-start_s, rise_s, 0.02F, size};
      start_s += 2 * rise_s * uniform(random, 0.95, 1.1);
      size *= uniform(random, 0.55, 0.8);
    }
  } else if (which < 0.82 && tilt_.over()) {
    tilted_right_ = random.uniform() < 0.75 ? !tilted_right_ : tilted_right_;
    const float size = uniform(random, 1.5, 3.5) * kDegree;
    tilt_ = {0, uniform(random, 0.6, 1.1), uniform(random, 1.2, 4.0), tilted_right_ ? size : -size};
  }
  if (which > 0.82 || random.uniform() < 0.25)
    brows_ = {0, uniform(random, 0.18, 0.3), uniform(random, 0.15, 0.7), uniform(random, 0.18, 0.4)};
}

IdleMoment Idle::step(const ProsodyCues& cues, bool on, Random& random) noexcept {
  const bool listens = on && !cues.talking && !cues.voice_ahead;
  listening_ += ((listens ? 1.F : 0.F) - listening_) * kTick_s / (listens ? 0.5F : 0.2F);
  until_next_s_ -= kTick_s;
  if (until_next_s_ <= 0) {
    if (listens) gesture(random);
    // What would have been done in talk is not caught up with.
    until_next_s_ = next_wait(random);
  }
  IdleMoment moment;
  moment.glance = glances_;
  glances_ = false;
  for (Bump& nod : nods_) moment.pitch += nod.step();
  moment.roll = tilt_.step();
  moment.brow_raise = brows_.step();
  moment.pitch *= listening_;
  moment.roll *= listening_;
  moment.brow_raise *= listening_;
  return moment;
}

}  // namespace parlante
