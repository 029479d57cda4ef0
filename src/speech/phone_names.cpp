// The outputs of the phonetic model, in its order (PyPI hama 1.7.0, Apache-2.0: assets/g2p_vocab.json, then
// <wb> and <blank>). Generated once from that list; combining marks stand alone where the list has them
// alone.
#include "speech/phonetic_front_end.hpp"

namespace parlante {
namespace {

// clang-format off
constexpr std::array<std::string_view, kPhones> kPhoneNames = {
    "<pad>", "<sos>", "<eos>", "<unk>", " ", "%", ",", "a", "aɪ", "aʊ", "b", "c", "d", "d\u0361ʒ", "e",
    "eə", "eɪ", "f", "g", "h", "i", "j", "ja", "je", "jo", "ju", "jʌ", "k", "kʰ", "k\u0348", "l", "m", "n",
    "o", "oʊ", "p", "pʰ", "p\u0348", "r", "s", "s\u0348", "t", "tʰ", "t\u0348", "t\u0361ɕ",
    "t\u0361ɕ\u02b0", "t\u0361ɕ\u0348", "t\u0361ʃ", "u", "v", "w", "wa", "we", "wi", "wʌ", "x", "y", "z",
    "~", "²", "³", "¹", "à", "ã", "ä", "å", "æ", "ç", "ì", "ð", "ñ", "õ", "ø", "ħ", "ĩ", "ŋ", "œ", "ũ", "ǐ",
    "ɐ", "ɑ", "ɒ", "ɓ", "ɔ", "ɔɪ", "ɕ", "ɖ", "ɗ", "ɘ", "ə", "ɚ", "ɛ", "ɜ", "ɝ", "ɟ", "ɡ", "ɣ", "ɤ", "ɥ",
    "ɦ", "ɨ", "ɪ", "ɪə", "ɫ", "ɮ", "ɯ", "ɯi", "ɰ", "ɱ", "ɲ", "ɴ", "ɵ", "ɸ", "ɹ", "ɻ", "ɽ", "ɾ", "ʀ", "ʁ",
    "ʂ", "ʃ", "ʈ", "ʉ", "ʊ", "ʋ", "ʌ", "ʎ", "ʏ", "ʐ", "ʑ", "ʒ", "ʔ", "ʙ", "ʝ", "ʰ", "ʱ", "ʲ", "ʷ", "ˀ", "ː",
    "ˑ", "˕", "˞", "ˤ", "˥", "˦", "˧", "˨", "˩", "\u0303", "\u0306", "\u0308", "\u030a", "\u030c", "\u030d",
    "\u031a", "\u031d", "\u031e", "\u031f", "\u0320", "\u0325", "\u0329", "\u032a", "\u032c", "\u032f",
    "\u0330", "\u033a", "\u033b", "\u0348", "\u034d", "\u035c", "\u0361", "β", "θ", "χ", "ᵊ", "ᵝ", "ẑ", "ẽ",
    "‿", "⁰", "⁴", "⁵", "⁻", "⁽", "⁾", "一", "不", "꜔", "<wb>", "<blank>",
};
// clang-format on

}  // namespace

std::string_view PhoneticModel::phone(int index) noexcept {
  return index >= 0 && index < kPhones ? kPhoneNames[static_cast<std::size_t>(index)] : std::string_view();
}

}  // namespace parlante
