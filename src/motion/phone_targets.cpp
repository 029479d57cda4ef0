#include "motion/phone_targets.hpp"

#include <algorithm>
#include <string_view>

namespace parlante {
namespace {

// Weights follow the contact sheet of the renderer (where "oo" is pucker .75, funnel .45; "ee" smile,
// stretch, lips raised; an "ah" is the jaw's, lips a little forward, else it is a grin); rounding starts
// about 120 ms before its vowel (Öhman 1967; Perkell 1990), the rest about 80 ms.
constexpr std::array<LipTarget, kPhoneClasses> kTargets = {{
    // dominance, jaw, pucker, funnel, stretch, smile, upper, lower, roll, press, shrug, tongue, before, after
    {0.0F, 0.85F, 0.00F, 0.00F, 0.00F, 0.00F, 0.00F, 0.00F, 0.00F, 0.00F, 0.00F, 0.00F, 0.080F,
     0.080F},  // none
    {1.3F, 0.60F, 0.05F, 0.00F, 0.02F, 0.00F, 0.00F, 0.00F, 0.05F, 0.00F, 0.00F, 0.00F, 0.050F,
     0.050F},  // bilabial
    {1.2F, 0.40F, 0.00F, 0.05F, 0.05F, 0.00F, 0.10F, 0.00F, 0.08F, 0.00F, 0.00F, 0.00F, 0.060F,
     0.060F},  // labiodental
    {1.0F, 1.00F, 0.05F, 0.10F, 0.00F, 0.00F, 0.06F, 0.15F, 0.00F, 0.00F, 0.00F, 0.00F, 0.080F,
     0.100F},  // open
    {1.0F, 0.90F, 0.00F, 0.04F, 0.08F, 0.03F, 0.08F, 0.18F, 0.00F, 0.00F, 0.00F, 0.00F, 0.080F,
     0.090F},  // open_mid
    {1.0F, 0.80F, 0.20F, 0.32F, 0.00F, 0.00F, 0.05F, 0.12F, 0.00F, 0.00F, 0.00F, 0.00F, 0.100F,
     0.100F},  // open_round
    {0.5F, 0.80F, 0.02F, 0.06F, 0.02F, 0.00F, 0.05F, 0.12F, 0.00F, 0.00F, 0.00F, 0.00F, 0.060F,
     0.060F},  // central
    {1.0F, 0.70F, 0.00F, 0.00F, 0.20F, 0.12F, 0.10F, 0.22F, 0.00F, 0.00F, 0.00F, 0.00F, 0.080F,
     0.080F},  // close_mid
    {1.1F, 0.65F, 0.38F, 0.36F, 0.00F, 0.00F, 0.00F, 0.08F, 0.00F, 0.00F, 0.00F, 0.00F, 0.120F,
     0.100F},  // close_mid_round
    {1.0F, 0.45F, 0.00F, 0.00F, 0.28F, 0.24F, 0.15F, 0.28F, 0.00F, 0.00F, 0.00F, 0.00F, 0.080F,
     0.080F},  // close
    {1.3F, 0.40F, 0.62F, 0.42F, 0.00F, 0.00F, 0.00F, 0.05F, 0.00F, 0.00F, 0.00F, 0.00F, 0.120F,
     0.100F},  // close_round
    {0.5F, 0.55F, 0.00F, 0.03F, 0.06F, 0.01F, 0.04F, 0.14F, 0.00F, 0.00F, 0.00F, 0.25F, 0.050F,
     0.050F},  // alveolar
    {0.9F, 0.30F, 0.00F, 0.04F, 0.18F, 0.08F, 0.12F, 0.26F, 0.00F, 0.00F, 0.00F, 0.00F, 0.060F,
     0.060F},  // hissing
    {1.1F, 0.35F, 0.22F, 0.46F, 0.00F, 0.00F, 0.12F, 0.20F, 0.00F, 0.00F, 0.04F, 0.00F, 0.100F,
     0.080F},  // hushing
    {0.9F, 0.50F, 0.00F, 0.02F, 0.08F, 0.03F, 0.10F, 0.18F, 0.00F, 0.00F, 0.00F, 0.55F, 0.060F,
     0.060F},  // dental
    {0.3F, 0.70F, 0.00F, 0.00F, 0.04F, 0.00F, 0.04F, 0.08F, 0.00F, 0.00F, 0.00F, 0.00F, 0.050F,
     0.050F},  // velar
    {0.8F, 0.50F, 0.20F, 0.24F, 0.00F, 0.00F, 0.04F, 0.10F, 0.00F, 0.00F, 0.00F, 0.00F, 0.090F,
     0.080F},  // rhotic
}};

struct Letters {
  PhoneClass phone_class;
  std::string_view letters;  ///< IPA letters, separated by spaces
};
constexpr Letters kLetters[] = {
    {PhoneClass::bilabial, "p b m ɓ β ɸ ʙ"},
    {PhoneClass::labiodental, "f v ɱ ʋ"},
    {PhoneClass::open, "a à ã ä å ɐ ɑ æ ʌ"},
    {PhoneClass::open_mid, "ɛ ɜ ɝ"},
    {PhoneClass::open_round, "ɔ ɒ œ"},
    {PhoneClass::central, "ə ɘ ɤ ɨ ɯ ɰ ᵊ ɵ"},
    {PhoneClass::close_mid, "e ẽ"},
    {PhoneClass::close_mid_round, "o õ ø"},
    {PhoneClass::close, "i ì ĩ ǐ ɪ j ʝ ʎ ɲ ç"},
    {PhoneClass::close_round, "u ũ ʊ ʉ w y ʏ ɥ"},
    {PhoneClass::alveolar, "t d n ñ l ɫ ɮ ɾ ɽ ɖ ɗ ʈ"},
    {PhoneClass::hissing, "s z ẑ ɕ ʑ"},
    {PhoneClass::hushing, "ʃ ʒ ʂ ʐ"},
    {PhoneClass::dental, "θ ð"},
    {PhoneClass::velar, "k g ɡ ŋ ɴ x ɣ χ h ħ ɦ ʔ c ɟ ʁ ʀ"},
    {PhoneClass::rhotic, "ɹ r ɻ ɚ"},
};

/// The first UTF-8 character of a text.
std::string_view first_letter(std::string_view text) {
  if (text.empty()) return text;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return text.substr(0, length);
}

bool holds(std::string_view letters, std::string_view letter) {
  for (std::size_t at = letters.find(letter); at != std::string_view::npos;
       at = letters.find(letter, at + 1)) {
    const std::size_t end = at + letter.size();
    if ((at == 0 || letters[at - 1] == ' ') && (end == letters.size() || letters[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

const LipTarget& lip_target(PhoneClass phone_class) noexcept {
  return kTargets[static_cast<std::size_t>(phone_class)];
}

PhoneClass phone_class_of(std::string_view ipa) noexcept {
  if (ipa.empty() || ipa.front() == '<' || ipa.front() == ' ') return PhoneClass::none;
  constexpr std::string_view tie = "\u0361";
  if (const std::size_t at = ipa.find(tie);
      at != std::string_view::npos && at > 0 && at + tie.size() < ipa.size()) {
    return phone_class_of(ipa.substr(at + tie.size()));
  }
  // In "ja", "jʌ" the glide passes quickly: the vowel is what shows. In "wa" the rounding does.
  if (ipa.size() > 1 && ipa.front() == 'j') {
    if (const PhoneClass vowel = phone_class_of(ipa.substr(1)); vowel != PhoneClass::none) return vowel;
  }
  const std::string_view letter = first_letter(ipa);
  const auto* found = std::find_if(std::begin(kLetters), std::end(kLetters),
                                   [&](const Letters& l) { return holds(l.letters, letter); });
  return found == std::end(kLetters) ? PhoneClass::none : found->phone_class;
}

PhoneClass phone_class(int phone) noexcept {
  static const auto table = [] {
    std::array<PhoneClass, kPhones> classes{};
    for (int p = 0; p < kPhones; ++p)
      classes[static_cast<std::size_t>(p)] = phone_class_of(PhoneticModel::phone(p));
    return classes;
  }();
  return phone >= 0 && phone < kPhones ? table[static_cast<std::size_t>(phone)] : PhoneClass::none;
}

}  // namespace parlante
