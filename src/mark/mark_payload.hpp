// What the invisible mark says, and how it survives wrong bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace parlante {

/// 30 bits: which release made the picture, and which render it was. Nobody's identity.
struct MarkPayload {
  std::uint8_t release = 0;  ///< 0..63: 10 * major + minor of the version that made it
  std::uint32_t render = 0;  ///< 24 bits, drawn for each render; it stands in the signed manifest as well

  friend bool operator==(const MarkPayload&, const MarkPayload&) = default;
};

constexpr int kMarkBits = 63;  ///< bits of the code word

/// The code word of a payload: BCH (63, 30) over GF(64) (primitive polynomial x^6 + x + 1), six wrong bits of
/// 63 are corrected. Bit k of the result is bit k of the word; payload bits beyond their range are ignored.
/// Source: Bose and Ray-Chaudhuri, "On a class of error correcting binary group codes", 1960.
std::uint64_t mark_code_word(const MarkPayload& payload) noexcept;

/// The payload whose code word is most like `soft` (kMarkBits values, one a bit: sign = bit, positive = 0,
/// magnitude = how sure), or nothing where no word is near enough. The least sure bits are tried both ways
/// (Chase, "A class of algorithms for decoding block codes with channel measurement information", 1972).
std::optional<MarkPayload> decode_mark(std::span<const float> soft) noexcept;

}  // namespace parlante
