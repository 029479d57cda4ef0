// What the lips do for each phone: the table behind the mouth's rules.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// Articulatory classes that look different on the face. What is not to be seen (tones, marks, blank) is
/// `none`.
enum class PhoneClass : std::uint8_t {
  none,
  bilabial,         ///< p b m and their kin: the lips shut
  labiodental,      ///< f v: lower lip to the upper teeth
  open,             ///< a ɑ æ ʌ
  open_mid,         ///< ɛ ɜ
  open_round,       ///< ɔ ɒ œ
  central,          ///< ə, weak vowels
  close_mid,        ///< e
  close_mid_round,  ///< o ø
  close,            ///< i ɪ j: lips spread
  close_round,      ///< u w y: lips rounded, foremost
  alveolar,         ///< t d n l: tongue behind the teeth, lips take the neighbours' shape
  hissing,          ///< s z: teeth together
  hushing,          ///< ʃ ʒ t͡ʃ d͡ʒ: teeth together, lips forward
  dental,           ///< θ ð: tongue tip between the teeth
  velar,            ///< k g ŋ h: nothing of their own
  rhotic,           ///< ɹ: slightly rounded
};
inline constexpr std::size_t kPhoneClasses = 17;

/// Target of a class. Weights are ARKit's at normal amplitude, both sides alike.
struct LipTarget {
  float dominance;  ///< how strongly the class prevails over its neighbours (Cohen and Massaro 1993)
  float jaw_share;  ///< part of the lip opening that the jaw makes; the lips themselves make the rest
  float pucker, funnel, stretch, smile, upper_up, lower_down, roll_lower, press, shrug_upper;
  float tongue_out;  ///< a place of the tongue's tip: .25 behind the upper teeth, .55 between the teeth
  float before_s, after_s;  ///< time constants of the dominance before and after the phone
};

const LipTarget& lip_target(PhoneClass phone_class) noexcept;

/// The class of an output of the phonetic model: that of its first letter that shows (a long or nasal vowel
/// is its vowel, an affricate its release, a diphthong its first vowel).
PhoneClass phone_class(int phone) noexcept;

/// The class of an IPA text, for the table above. Unknown letters are `none`.
PhoneClass phone_class_of(std::string_view ipa) noexcept;

}  // namespace parlante
