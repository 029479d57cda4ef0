#include "motion/blinks.hpp"

#include <algorithm>
#include <cmath>

#include "core/curves.hpp"

namespace parlante {
namespace {

/// A tracker, as an eye that looks on, takes lids for shut from .75 on: lashes hide what is left. By the
/// measure of docs/measure.md that makes a blink shut for about 70 ms (people 24-78), and its way up about
/// 150 for the middle four fifths (people 145-374).
constexpr float kDown_s = 0.090F, kUp_s = 0.412F, kRest_s = 0.7F;
/// Mean intervals without a blink after which it grows likelier: eyes dry.
constexpr float kLongRest = 2;
constexpr float kPhraseEnd_s = 0.4F, kPhraseEndFactor = 4;
constexpr float kWithGazeShift = 0.3F, kCommonRate = 26.F / 60;  // the share holds at the common rate
/// Phrase ends and gaze shifts bring blinks of their own; this keeps the sum at what was asked for.
constexpr float kSpontaneousShare = 0.58F, kListeningShare = 0.60F;

float lid(float age_s, float shut_s) {
  if (age_s <= 0) return 0;
  if (age_s < kDown_s) {  // it gathers speed until it meets the lower lid
    const float t = age_s / kDown_s;
    return t * t * (2.2F - 1.2F * t);
  }
  if (age_s < kDown_s + shut_s) return 1;
  // The lid rises fast at first and settles slowly.
  const float left = 1 - std::clamp((age_s - kDown_s - shut_s) / kUp_s, 0.F, 1.F);
  return 1 - smoothstep(0, 1, 1 - left * left * std::sqrt(left));
}

}  // namespace

Blinks::Blinks(Random& random) noexcept {
  age_s_ = static_cast<float>(random.uniform(0.2, 1.0));
}

void Blinks::begin(Random& random) noexcept {
  age_s_ = 0;
  shut_s_ = static_cast<float>(random.uniform(0.008, 0.016));
  right_delay_s_ = static_cast<float>(random.uniform(-0.005, 0.005));
}

Lids Blinks::step(const ProsodyCues& cues, float per_minute, bool gaze_shift, Random& random) noexcept {
  const float per_second = stopped_ ? 0 : std::clamp(per_minute, 0.F, 60.F) / 60;
  age_s_ += kTick_s;
  since_phrase_end_s_ = cues.phrase_end ? 0 : std::min(since_phrase_end_s_ + kTick_s, 10.F);
  const float rested_s = age_s_ - kDown_s - shut_s_ - kUp_s;
  // Draws happen on every tick, so that what the eyes do does not shift the random numbers of the rest.
  const double by_itself = random.uniform(), by_gaze = random.uniform();
  if (rested_s > kRest_s && per_second > 0) {
    const float rate = per_second * (cues.talking ? kSpontaneousShare : kListeningShare);
    const float busy_s = kDown_s + 0.01F + kUp_s + kRest_s;
    const float hazard = rate / std::max(0.1F, 1 - rate * busy_s) *
                         (since_phrase_end_s_ < kPhraseEnd_s ? kPhraseEndFactor : 1.F) *
                         (1 + std::max(0.F, rate * rested_s - kLongRest));
    if (by_itself < static_cast<double>(hazard * kTick_s) ||
        (gaze_shift && by_gaze < static_cast<double>(kWithGazeShift * per_second / kCommonRate)))
      begin(random);
  }
  return {lid(age_s_, shut_s_), lid(age_s_ - right_delay_s_, shut_s_)};
}

}  // namespace parlante
