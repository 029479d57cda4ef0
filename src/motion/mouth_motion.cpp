#include "motion/mouth_motion.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "motion/closures.hpp"
#include "motion/lip_readout.hpp"

namespace parlante {
namespace {

constexpr float kFrame_s = static_cast<float>(kPhoneticHop) / kSampleRate;
constexpr float kPeakLag_s = 0.050F;  ///< posterior peaks trail the articulators
constexpr float kMeanGap =
    0.085F;  ///< of speech; with kGapGain this gives the real spread, std .054, p95 .186
constexpr float kGapGain = 1.10F;
constexpr float kWidestGap = 0.36F;
constexpr float kWidthSpread = 0.030F;  ///< standard deviation of the width reading
constexpr float kJawPerGap =
    2.3F;  ///< jawOpen 1 opens the rig's lips by 3.9 cm; the eyes' outer corners are 9 cm apart
/// The voice's activity hangs over for some 200 ms; a sound this far below the loudest does not hold the
/// mouth open. The loudest is forgotten at 1 dB/s.
constexpr float kForgetting_db = 0.02F, kFaintest_db = -70;
constexpr float kSmallDominance = 0.25F;  ///< of the relaxed mouth, so that weak evidence gives weak shapes
constexpr float kLabiodentalGap = 0.030F;
constexpr float kBilabialHold_s = 0.060F, kLabiodentalHold_s = 0.050F;

float smoothstep(float low, float high, float x) {
  const float t = std::clamp((x - low) / (high - low), 0.F, 1.F);
  return t * t * (3 - 2 * t);
}
float unit(float x) {
  return std::clamp(x, 0.F, 1.F);
}

std::size_t index(PhoneClass c) {
  return static_cast<std::size_t>(c);
}

/// dominance[c][offset + past]: weight of class c's mass `offset` frames away from the moment.
template <int kPast, int kSpan>
const auto& dominance_kernels() {
  static const auto kernels = [] {
    std::array<std::array<float, kSpan>, kPhoneClasses> table{};
    for (std::size_t c = 0; c < kPhoneClasses; ++c) {
      const LipTarget& target = lip_target(static_cast<PhoneClass>(c));
      for (int offset = -kPast; offset < kSpan - kPast; ++offset) {
        // When the phone itself is `after` seconds ahead, the moment lies in its rise.
        const float after = static_cast<float>(offset) * kFrame_s - kPeakLag_s;
        const float t = std::abs(after) / (after > 0 ? target.before_s : target.after_s);
        table[c][static_cast<std::size_t>(offset + kPast)] = target.dominance * std::exp(-t * t);
      }
    }
    return table;
  }();
  return kernels;
}

}  // namespace

MouthMotion::MouthMotion(float scale) : scale_(std::clamp(scale, 0.F, 1.5F)) {}

void MouthMotion::reset() noexcept {
  *this = MouthMotion(scale_);
}

const MouthMotion::Moment& MouthMotion::at(int offset) const noexcept {
  return moments_[static_cast<std::size_t>((newest_ - kFuture + offset + 2 * kSpan) % kSpan)];
}

void MouthMotion::push(const PhoneticFrame& frame) noexcept {
  newest_ = (newest_ + 1) % kSpan;
  Moment& moment = moments_[static_cast<std::size_t>(newest_)];
  moment.classes.fill(0);
  for (int p = 0; p < kPhones; ++p)
    moment.classes[index(phone_class(p))] += frame.posterior[static_cast<std::size_t>(p)];
  moment.layer2 = frame.layer2;
  loudest_db_ = std::max(loudest_db_ - kForgetting_db, std::max(frame.energy_db, kFaintest_db));
  moment.voice = frame.voice * smoothstep(-60, -42, frame.energy_db - loudest_db_);
  moment.heard = true;
  if (frame.voice > 0.5F && frame.energy_db > voiced_level_db_ - 25) {
    voiced_level_db_ += 0.01F * (frame.energy_db - voiced_level_db_);
  }
  moment.loudness = std::clamp(1 + 0.012F * (frame.energy_db - voiced_level_db_), 0.7F, 1.2F);
}

float MouthMotion::gap(int offset) const noexcept {
  const Moment &later = at(offset + kLipReadingReach), &now = at(offset),
               &earlier = at(offset - kLipReadingReach);
  if (!later.heard || !now.heard || !earlier.heard) return 0;
  const float reading = read_lips(later.layer2, now.layer2, earlier.layer2).gap;
  return std::clamp(kMeanGap + kGapGain * reading, 0.F, kWidestGap);
}

/// The mouth opens up to 100 ms before the voice is heard, and closes within 100 ms after it.
float MouthMotion::gate() const noexcept {
  float sum = 0;
  for (int offset = -3; offset <= 5; ++offset) sum += at(offset).voice;
  return smoothstep(0.1F, 0.6F, sum / 9);
}

MouthShape MouthMotion::shape() const noexcept {
  MouthShape shape;
  const float open = gate();
  if (open <= 0) return shape;

  // Shares of the classes by dominance; what is left belongs to the relaxed mouth.
  const auto& kernels = dominance_kernels<kPast, kSpan>();
  float total = kSmallDominance;
  LipTarget blend{};
  blend.jaw_share = kSmallDominance * lip_target(PhoneClass::none).jaw_share;
  for (std::size_t c = 1; c < kPhoneClasses; ++c) {
    float weight = 0;
    for (int offset = -kPast; offset <= kFuture; ++offset) {
      weight += kernels[c][static_cast<std::size_t>(offset + kPast)] * at(offset).classes[c];
    }
    const LipTarget& target = lip_target(static_cast<PhoneClass>(c));
    total += weight;
    blend.jaw_share += weight * target.jaw_share;
    blend.pucker += weight * target.pucker;
    blend.funnel += weight * target.funnel;
    blend.stretch += weight * target.stretch;
    blend.smile += weight * target.smile;
    blend.upper_up += weight * target.upper_up;
    blend.lower_down += weight * target.lower_down;
    blend.roll_lower += weight * target.roll_lower;
    blend.shrug_upper += weight * target.shrug_upper;
    blend.tongue_out += weight * target.tongue_out;
  }
  const float amount = open * scale_ / total, contact = open * std::min(1.F, scale_);

  // Contacts.
  std::array<float, 2 * kClosureReach + 1> bilabial{}, labiodental{}, others{};
  for (int offset = -kClosureReach; offset <= kClosureReach; ++offset) {
    const auto k = static_cast<std::size_t>(offset + kClosureReach);
    const auto& classes = at(offset).classes;
    bilabial[k] = classes[index(PhoneClass::bilabial)];
    labiodental[k] = classes[index(PhoneClass::labiodental)];
    others[k] =
        std::accumulate(classes.begin(), classes.end(), 0.F) - classes[index(PhoneClass::none)] - bilabial[k];
  }
  const float shut = closure(bilabial, kBilabialHold_s, others);
  const float bite = closure(labiodental, kLabiodentalHold_s) * (1 - shut);

  // Opening: smoothed over three frames, louder is wider, contacts rule.
  const float loudness = (at(-1).loudness + at(0).loudness + at(1).loudness) / 3;
  float aperture = (0.25F * gap(-1) + 0.5F * gap(0) + 0.25F * gap(1)) * loudness * open * scale_;
  aperture += bite * (std::min(aperture, kLabiodentalGap) - aperture);
  aperture *= 1 - shut;

  const LipReading reading =
      at(kLipReadingReach).heard && at(-kLipReadingReach).heard
          ? read_lips(at(kLipReadingReach).layer2, at(0).layer2, at(-kLipReadingReach).layer2)
          : LipReading{};
  const float spread = std::clamp(reading.width / kWidthSpread, -2.F, 2.F) * open * scale_;

  shape.aperture = aperture;
  shape.jaw_open = unit(kJawPerGap * aperture * blend.jaw_share / total + 0.04F * shut * contact);
  shape.pucker = unit(blend.pucker * amount + 0.14F * std::max(0.F, -spread));
  shape.funnel = unit(blend.funnel * amount + 0.08F * std::max(0.F, -spread));
  shape.stretch = unit(blend.stretch * amount + 0.08F * std::max(0.F, spread));
  shape.smile = unit(blend.smile * amount + 0.05F * std::max(0.F, spread));
  const float lips_free = (1 - shut) * smoothstep(0, 0.08F, aperture);
  shape.upper_up = unit(blend.upper_up * amount * lips_free + 0.22F * bite * contact);
  shape.lower_down = unit(blend.lower_down * amount * lips_free * (1 - bite));
  shape.roll_lower = unit(blend.roll_lower * amount + (0.16F * shut + 0.38F * bite) * contact);
  shape.roll_upper = unit(0.12F * shut * contact);
  shape.press = unit(0.32F * shut * contact);
  shape.shrug_upper = unit(blend.shrug_upper * amount + 0.05F * bite * contact);
  shape.tongue_out = unit(blend.tongue_out * amount * lips_free);
  return shape;
}

}  // namespace parlante
