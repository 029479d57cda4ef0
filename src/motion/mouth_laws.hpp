// Laws of the mouth that hold whoever makes it, rules or the learned model: silence is still, lips meet on
// p, b, m, the lower lip meets the upper teeth on f, v, and no lips open faster than people's.
#pragma once

#include <array>
#include <limits>
#include <span>

#include "core/arkit.hpp"
#include "motion/phone_targets.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// What the laws keep of 20 ms of speech.
struct SpeechMoment {
  std::array<float, kPhoneClasses> classes{};  ///< probability mass a class
  float voice = 0;                             ///< 0..1, of sounds loud enough to hold the mouth open
  float loudness = 1;                          ///< .7..1.2, against the voice's own mean
};

/// Follows one voice's level, which a moment is measured against. Small: copy it to hear frames that may
/// still change.
class SpeechLevels {
 public:
  SpeechMoment hear(const PhoneticFrame& frame) noexcept;

 private:
  float voiced_level_db_ = -30;  ///< running mean of the voice's energy
  float loudest_db_ = -70;       ///< of late
};

/// Frames (20 ms) that the laws see before and after a moment.
inline constexpr int kLawPast = 10, kLawFuture = 8, kLawSpan = kLawPast + 1 + kLawFuture;

/// Moments from kLawPast before the one asked for to kLawFuture after it. What is not known is a default-made
/// moment: silence.
using SpeechMoments = std::span<const SpeechMoment, kLawSpan>;

/// How far the voice lets the mouth move, 0..1: it opens up to 100 ms before the voice is heard, and closes
/// within 100 ms after it.
float voice_gate(SpeechMoments moments) noexcept;

/// How far contacts have come, 0..1; closures.hpp has the law.
struct LipContacts {
  float shut = 0;                                              ///< lips on each other
  float bite = 0;                                              ///< lower lip at the upper teeth
  float next_shut_s = std::numeric_limits<float>::infinity();  ///< until the lips are next on each other
};
LipContacts lip_contacts(SpeechMoments moments) noexcept;

/// Sum of the classes' targets, each weighed by its dominance (Cohen and Massaro 1993). Divide by `total`, in
/// which the relaxed mouth has its share, for the mean. The tongue touches or does not: its place is the
/// foremost that a phone asks for, no mean.
struct PhoneBlend {
  LipTarget sum{};
  float total = 0;
  float tongue_out = 0;
};
/// How free the tongue is to show: not behind shut lips.
float tongue_freedom(float aperture, float shut) noexcept;

PhoneBlend blend_phones(SpeechMoments moments) noexcept;

/// Weights that shape a contact in full, each side.
inline constexpr float kShutPress = 0.32F, kShutRollLower = 0.16F, kShutRollUpper = 0.12F, kShutJaw = 0.04F,
                       kBiteRollLower = 0.38F, kBiteUpperUp = 0.22F, kBiteShrugUpper = 0.05F;
inline constexpr float kWidestGap = 0.36F;  ///< aperture of the widest mouth

/// The aperture that contacts leave.
float touched_aperture(float aperture, const LipContacts& contacts) noexcept;

/// No wider than lips can come within 20 ms from `last`, and than they can close in the time left before the
/// next contact.
float reachable_aperture(float aperture, float last, const LipContacts& contacts) noexcept;

/// Puts a mouth that was made without them under the laws, one code after the other at 50 Hz. Not
/// thread-safe; nothing is allocated.
class MouthLaws {
 public:
  /// Stills, closes and rounds what `code` holds of the mouth, and adds the tongue. `moments` lie around the
  /// code's own; the mouth of the first ones comes out of rest. In pauses the mouth relaxes, and shuts while
  /// nobody speaks; sooner when `nothing_follows`: it is known that nobody will speak any more.
  void apply(SpeechMoments moments, FaceCode& code, bool nothing_follows = false) noexcept;

 private:
  static constexpr auto kFirst = static_cast<std::size_t>(Blendshape::jawForward),
                        kEnd = static_cast<std::size_t>(Blendshape::mouthUpperUpRight) + 1;
  float still(SpeechMoments moments, bool nothing_follows, FaceCode& code) noexcept;
  static void shape_by_phones(SpeechMoments moments, float there, const LipContacts& contacts,
                              FaceCode& code) noexcept;

  std::array<float, kEnd - kFirst> followed_{};  ///< weights, and the aperture before contacts
  float followed_aperture_ = 0, last_aperture_ = 0;
  float quiet_s_ = 60;  ///< since somebody spoke
  float age_s_ = 0;     ///< since the first code
};

}  // namespace parlante
