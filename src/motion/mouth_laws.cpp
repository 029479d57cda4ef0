#include "motion/mouth_laws.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/curves.hpp"
#include "motion/closures.hpp"

namespace parlante {
namespace {

constexpr float kFrame_s = static_cast<float>(kPhoneticHop) / kSampleRate;
constexpr float kPeakLag_s = 0.050F;  ///< posterior peaks trail the articulators
/// The voice's activity hangs over for some 200 ms; a sound this far below the loudest does not hold the
/// mouth open. The loudest is forgotten at 1 dB/s.
constexpr float kForgetting_db = 0.02F, kFaintest_db = -70;
constexpr float kSmallDominance = 0.25F;  ///< of the relaxed mouth, so that weak evidence gives weak shapes
/// Of f and v: in natural speech of unseen people the median of the smallest opening around certain ones is
/// .007, but wide mouths stay apart: a learned one keeps a share of its opening (docs/motion.md).
constexpr float kLabiodentalGap = 0.008F, kBite = 0.9F;
/// Lips of a long contact would stay shut too often; this is one frame of 25 a second.
constexpr float kBilabialHold_s = 0.040F, kLabiodentalHold_s = 0.030F;
/// A frame of 20 ms. Of the openings of real speakers' lips one in a hundred is faster than .09-.11 in 40 ms,
/// one in a thousand than .16.
constexpr float kFastestRise = 0.065F;
/// Lips this near to each other touch at once.
constexpr float kTouching = 0.01F;
/// Below this opening a learned mouth comes nearer to contact by up to kTouching: a mean of many mouths, and
/// what a tracker sees of a short contact, stays a slit open.
constexpr float kSlit = 0.05F;
/// Share of a learned jaw's opening that stays when a law closes the lips over it: lips meet faster than the
/// jaw rises.
constexpr float kJawStays = 0.25F;
/// Of what the phones ask for, how much a learned mouth rounds, and lowers the lower lip, at least: what it
/// learned of both is what a tracker sees, which is too little (docs/motion.md).
constexpr float kLeastRounding = 0.85F, kLeastLowering = 0.6F;
/// A rounded mouth shows few teeth: share of raised lip and of smile that full rounding takes away.
constexpr float kRoundCovers = 0.8F, kFullRounding = 0.5F;
/// In silence: how slowly the mouth follows, to what share of its opening it relaxes each time constant, and
/// how much of the way towards what was made for the silence it goes.
constexpr float kFollowsInSilence_s = 0.15F, kRelaxed = 0.6F, kAlive = 0.6F;
/// When a pause is long, and when the mouth has come to rest in it; the same behind the last word.
constexpr float kPause_s = 0.6F, kRest_s = 1.4F, kLastPause_s = 0.3F, kLastRest_s = 0.8F;
constexpr float kSomebodySpeaks = 0.05F;
/// Probability of a phone from which its tongue is where it should be; opening that lets the tongue show.
constexpr float kTongueHeard = 0.35F, kTongueShows = 0.02F;
constexpr float kBegins_s = 0.12F;  ///< in which the first mouth comes out of the photo's
static_assert(kClosureReach <= kLawFuture && kClosureReach <= kLawPast);

std::size_t index(PhoneClass c) {
  return static_cast<std::size_t>(c);
}

const SpeechMoment& at(SpeechMoments moments, int offset) {
  return moments[static_cast<std::size_t>(kLawPast + offset)];
}

/// kernels[c][offset + kLawPast]: weight of class c's mass `offset` frames away from the moment.
using Kernels = std::array<std::array<float, kLawSpan>, kPhoneClasses>;

const Kernels& dominance_kernels() {
  static const Kernels kernels = [] {
    Kernels table{};
    for (std::size_t c = 0; c < kPhoneClasses; ++c) {
      const LipTarget& target = lip_target(static_cast<PhoneClass>(c));
      for (int offset = -kLawPast; offset <= kLawFuture; ++offset) {
        // When the phone itself is `after` seconds ahead, the moment lies in its rise.
        const float after = static_cast<float>(offset) * kFrame_s - kPeakLag_s;
        const float t = std::abs(after) / (after > 0 ? target.before_s : target.after_s);
        table[c][static_cast<std::size_t>(offset + kLawPast)] = target.dominance * std::exp(-t * t);
      }
    }
    return table;
  }();
  return kernels;
}

float mean_voice(SpeechMoments moments, int first, int last) {
  float sum = 0;
  for (int offset = first; offset <= last; ++offset) sum += at(moments, offset).voice;
  return sum / static_cast<float>(last - first + 1);
}

float foremost_tongue(SpeechMoments moments) {
  float foremost = 0;
  for (const PhoneClass c : {PhoneClass::alveolar, PhoneClass::dental}) {
    const LipTarget& target = lip_target(c);
    const auto& kernel = dominance_kernels()[index(c)];
    for (std::size_t k = 0; k < kLawSpan; ++k) {
      const float there =
          kernel[k] / target.dominance * smoothstep(0, kTongueHeard, moments[k].classes[index(c)]);
      foremost = std::max(foremost, there * target.tongue_out);
    }
  }
  return foremost;
}

}  // namespace

SpeechMoment SpeechLevels::hear(const PhoneticFrame& frame) noexcept {
  SpeechMoment moment;
  for (int p = 0; p < kPhones; ++p)
    moment.classes[index(phone_class(p))] += frame.posterior[static_cast<std::size_t>(p)];
  loudest_db_ = std::max(loudest_db_ - kForgetting_db, std::max(frame.energy_db, kFaintest_db));
  moment.voice = frame.voice * smoothstep(-60, -42, frame.energy_db - loudest_db_);
  if (frame.voice > 0.5F && frame.energy_db > voiced_level_db_ - 25) {
    voiced_level_db_ += 0.01F * (frame.energy_db - voiced_level_db_);
  }
  moment.loudness = std::clamp(1 + 0.012F * (frame.energy_db - voiced_level_db_), 0.7F, 1.2F);
  return moment;
}

float voice_gate(SpeechMoments moments) noexcept {
  return smoothstep(0.1F, 0.6F, mean_voice(moments, -3, 5));
}

LipContacts lip_contacts(SpeechMoments moments) noexcept {
  std::array<float, 2 * kClosureReach + 1> bilabial{}, labiodental{}, others{};
  for (int offset = -kClosureReach; offset <= kClosureReach; ++offset) {
    const auto k = static_cast<std::size_t>(offset + kClosureReach);
    const auto& classes = at(moments, offset).classes;
    bilabial[k] = classes[index(PhoneClass::bilabial)];
    labiodental[k] = classes[index(PhoneClass::labiodental)];
    others[k] =
        std::accumulate(classes.begin(), classes.end(), 0.F) - classes[index(PhoneClass::none)] - bilabial[k];
  }
  LipContacts contacts;
  contacts.shut = closure(bilabial, kBilabialHold_s, others);
  contacts.next_shut_s = until_contact(bilabial, kBilabialHold_s);
  contacts.bite = closure(labiodental, kLabiodentalHold_s) * (1 - contacts.shut);
  return contacts;
}

PhoneBlend blend_phones(SpeechMoments moments) noexcept {
  const Kernels& kernels = dominance_kernels();
  PhoneBlend blend;
  blend.total = kSmallDominance;
  LipTarget& sum = blend.sum;
  sum.jaw_share = kSmallDominance * lip_target(PhoneClass::none).jaw_share;
  for (std::size_t c = 1; c < kPhoneClasses; ++c) {
    float weight = 0;
    for (std::size_t k = 0; k < kLawSpan; ++k) weight += kernels[c][k] * moments[k].classes[c];
    const LipTarget& target = lip_target(static_cast<PhoneClass>(c));
    blend.total += weight;
    sum.jaw_share += weight * target.jaw_share;
    sum.pucker += weight * target.pucker;
    sum.funnel += weight * target.funnel;
    sum.stretch += weight * target.stretch;
    sum.smile += weight * target.smile;
    sum.upper_up += weight * target.upper_up;
    sum.lower_down += weight * target.lower_down;
    sum.roll_lower += weight * target.roll_lower;
    sum.shrug_upper += weight * target.shrug_upper;
  }
  blend.tongue_out = foremost_tongue(moments);
  return blend;
}

float tongue_freedom(float aperture, float shut) noexcept {
  return (1 - shut) * smoothstep(0, kTongueShows, aperture);
}

float touched_aperture(float aperture, const LipContacts& contacts) noexcept {
  aperture += contacts.bite * (std::min(aperture, kLabiodentalGap) - aperture);
  return aperture * (1 - contacts.shut);
}

float reachable_aperture(float aperture, float last, const LipContacts& contacts) noexcept {
  const float closable = kTouching + kFastestRise * contacts.next_shut_s / kFrame_s;
  return std::min({aperture, last + kFastestRise, closable});
}

/// Speech moves the mouth as it was made. In a pause people keep their lips apart (around .6 of their mean
/// opening, shut in a quarter of the frames, docs/motion.md) and move them softly: ours relax, first the
/// upper one, but go part of the way with what was made for the silence. In a long pause they meet. Returns
/// how much the mouth is there, 0 (at rest) to 1.
float MouthLaws::still(SpeechMoments moments, bool nothing_follows, FaceCode& code) noexcept {
  // Wider than voice_gate(): a learned mouth knows by itself when to begin, up to 160 ms before the voice.
  const float open = smoothstep(0.02F, 0.3F, mean_voice(moments, -3, kLawFuture));
  quiet_s_ = open > kSomebodySpeaks ? 0 : quiet_s_ + kFrame_s;
  const float resting = nothing_follows ? smoothstep(kLastPause_s, kLastRest_s, quiet_s_)
                                        : smoothstep(kPause_s, kRest_s, quiet_s_);
  age_s_ += kFrame_s;
  const float there = std::max(open, 1 - resting), begun = smoothstep(0, kBegins_s, age_s_);
  const float share = open + (1 - open) * kFrame_s / kFollowsInSilence_s;
  if (there <= 0) {
    followed_.fill(0);
    followed_aperture_ = 0;
  }
  const auto follow = [&](float& followed, float wanted, float rest) {
    const float relaxed = std::min(wanted, followed) * kRelaxed;
    const float silent = rest * (relaxed + kAlive * (wanted - relaxed));
    followed += share * (open * wanted + (1 - open) * silent - followed);
    return there * followed;
  };
  // The opening needs no easing in: reachable_aperture() begins with shut lips.
  code.aperture = follow(followed_aperture_, std::max(code.aperture, 0.F), 1);
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    const auto shape = static_cast<Blendshape>(kFirst + i);
    const bool shows_teeth = shape == Blendshape::mouthUpperUpLeft || shape == Blendshape::mouthUpperUpRight;
    code.weights[shape] = unit(begun * follow(followed_[i], code.weights[shape], shows_teeth ? open : 1));
  }
  return there * begun;
}

void MouthLaws::apply(SpeechMoments moments, FaceCode& code, bool nothing_follows) noexcept {
  using enum Blendshape;
  BlendshapeWeights& w = code.weights;
  const float there = still(moments, nothing_follows, code);
  LipContacts contacts = lip_contacts(moments);
  contacts.bite *= kBite;
  const float shut = contacts.shut, bite = contacts.bite;

  const float free = code.aperture;
  code.aperture =
      reachable_aperture(touched_aperture(std::min(free, kWidestGap), contacts), last_aperture_, contacts);
  last_aperture_ = code.aperture;
  const float kept = free > 0 ? code.aperture / free : 1 - shut;
  code.aperture = std::max(code.aperture - kTouching * (1 - smoothstep(0, kSlit, code.aperture)), 0.F);

  w[jawOpen] = std::max(w[jawOpen] * (kJawStays + (1 - kJawStays) * kept), kShutJaw * shut * there);
  w[mouthClose] = std::min(w[mouthClose], w[jawOpen]);
  w[mouthRollLower] = std::max(w[mouthRollLower], (kShutRollLower * shut + kBiteRollLower * bite) * there);
  w[mouthRollUpper] = std::max(w[mouthRollUpper], kShutRollUpper * shut * there);
  w[mouthShrugUpper] = std::max(w[mouthShrugUpper], kBiteShrugUpper * bite * there);
  for (const Blendshape side : {mouthPressLeft, mouthPressRight})
    w[side] = std::max(w[side], kShutPress * shut * there);
  for (const Blendshape side : {mouthLowerDownLeft, mouthLowerDownRight}) w[side] *= (1 - shut) * (1 - bite);
  for (const Blendshape side : {mouthUpperUpLeft, mouthUpperUpRight})
    w[side] = std::max(w[side] * (1 - shut), kBiteUpperUp * bite * there);

  shape_by_phones(moments, there, contacts, code);
}

/// Rounding, like closure, is a maximum and never an average; the lower lip as well. The tongue is the
/// phones' alone.
void MouthLaws::shape_by_phones(SpeechMoments moments, float there, const LipContacts& contacts,
                                FaceCode& code) noexcept {
  using enum Blendshape;
  BlendshapeWeights& w = code.weights;
  const PhoneBlend blend = blend_phones(moments);
  const float amount = there / blend.total;
  const float lips_free = (1 - contacts.shut) * smoothstep(0, 0.08F, code.aperture);
  w[mouthPucker] = std::max(w[mouthPucker], unit(kLeastRounding * amount * blend.sum.pucker));
  w[mouthFunnel] = std::max(w[mouthFunnel], unit(kLeastRounding * amount * blend.sum.funnel));
  const float round = amount * (blend.sum.pucker + blend.sum.funnel);
  const float bare = 1 - kRoundCovers * smoothstep(0, kFullRounding, round);
  for (const Blendshape side : {mouthUpperUpLeft, mouthUpperUpRight, mouthSmileLeft, mouthSmileRight,
                                mouthStretchLeft, mouthStretchRight})
    w[side] *= bare;
  const float lowered = kLeastLowering * amount * blend.sum.lower_down * lips_free * (1 - contacts.bite);
  for (const Blendshape side : {mouthLowerDownLeft, mouthLowerDownRight})
    w[side] = std::max(w[side], unit(lowered));
  w[tongueOut] = unit(blend.tongue_out * there * tongue_freedom(code.aperture, contacts.shut));
}

}  // namespace parlante
