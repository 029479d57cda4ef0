#include "motion/mouth_motion.hpp"

#include <algorithm>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kMeanGap =
    0.085F;  ///< of speech; with kGapGain this gives the real spread, std .054, p95 .186
constexpr float kGapGain = 1.10F;
constexpr float kWidthSpread = 0.030F;  ///< standard deviation of the width reading
constexpr float kJawPerGap =
    2.3F;  ///< jawOpen 1 opens the rig's lips by 3.9 cm; the eyes' outer corners are 9 cm apart

}  // namespace

MouthMotion::MouthMotion(float scale) : scale_(std::clamp(scale, 0.F, 1.5F)) {}

void MouthMotion::reset() noexcept {
  *this = MouthMotion(scale_);
}

void MouthMotion::push(const PhoneticFrame& frame) noexcept {
  std::shift_left(moments_.begin(), moments_.end(), 1);
  std::shift_left(readings_.begin(), readings_.end(), 1);
  moments_.back() = levels_.hear(frame);
  readings_.back() = {frame.layer2, true};
}

LipReading MouthMotion::lips(int offset) const noexcept {
  const Reading &later = readings_[place(offset + kLipReadingReach)], &now = readings_[place(offset)],
                &earlier = readings_[place(offset - kLipReadingReach)];
  if (!later.heard || !now.heard || !earlier.heard) return {.gap = -1};
  return read_lips(later.layer2, now.layer2, earlier.layer2);
}

float MouthMotion::gap(int offset) const noexcept {
  return std::clamp(kMeanGap + kGapGain * lips(offset).gap, 0.F, kWidestGap);
}

MouthShape MouthMotion::shape() const noexcept {
  MouthShape shape;
  const float open = voice_gate(moments_);
  if (open <= 0) return shape;

  const PhoneBlend blend = blend_phones(moments_);
  const float amount = open * scale_ / blend.total, contact = open * std::min(1.F, scale_);
  const LipContacts contacts = lip_contacts(moments_);
  const float shut = contacts.shut, bite = contacts.bite;

  // Opening: smoothed over three frames, louder is wider, contacts rule.
  const float loudness =
      (moments_[place(-1)].loudness + moments_[place(0)].loudness + moments_[place(1)].loudness) / 3;
  const float aperture = touched_aperture(
      (0.25F * gap(-1) + 0.5F * gap(0) + 0.25F * gap(1)) * loudness * open * scale_, contacts);
  const float spread = std::clamp(lips(0).width / kWidthSpread, -2.F, 2.F) * open * scale_;

  const LipTarget& sum = blend.sum;
  shape.aperture = aperture;
  shape.jaw_open = unit(kJawPerGap * aperture * sum.jaw_share / blend.total + kShutJaw * shut * contact);
  shape.pucker = unit(sum.pucker * amount + 0.14F * std::max(0.F, -spread));
  shape.funnel = unit(sum.funnel * amount + 0.08F * std::max(0.F, -spread));
  shape.stretch = unit(sum.stretch * amount + 0.08F * std::max(0.F, spread));
  shape.smile = unit(sum.smile * amount + 0.05F * std::max(0.F, spread));
  const float lips_free = (1 - shut) * smoothstep(0, 0.08F, aperture);
  shape.upper_up = unit(sum.upper_up * amount * lips_free + kBiteUpperUp * bite * contact);
  shape.lower_down = unit(sum.lower_down * amount * lips_free * (1 - bite));
  shape.roll_lower =
      unit(sum.roll_lower * amount + (kShutRollLower * shut + kBiteRollLower * bite) * contact);
  shape.roll_upper = unit(kShutRollUpper * shut * contact);
  shape.press = unit(kShutPress * shut * contact);
  shape.shrug_upper = unit(sum.shrug_upper * amount + kBiteShrugUpper * bite * contact);
  shape.tongue_out = unit(blend.tongue_out * open * tongue_freedom(aperture, shut));
  return shape;
}

}  // namespace parlante
