#include "mark/mark_payload.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace parlante {
namespace {

constexpr int kOrder = 63;    // of the multiplicative group of GF(64)
constexpr int kCorrects = 6;  // bits
constexpr int kPayloadBits = 30;
constexpr int kParityBits = kMarkBits - kPayloadBits;
constexpr int kTriedBits = 6;  // of the least sure ones

/// Powers and logarithms of the field's generator.
struct Field {
  std::array<std::uint8_t, 2 * kOrder> power{};
  std::array<std::uint8_t, kOrder + 1> log{};

  constexpr Field() {
    std::uint8_t value = 1;
    for (int i = 0; i < 2 * kOrder; ++i) {
      power[static_cast<std::size_t>(i)] = value;
      if (i < kOrder) log[value] = static_cast<std::uint8_t>(i);
      value = static_cast<std::uint8_t>(value << 1);
      if (value & 64) value ^= 0x43;  // x^6 + x + 1
    }
  }
  constexpr std::uint8_t times(std::uint8_t a, std::uint8_t b) const {
    return a == 0 || b == 0 ? std::uint8_t{0} : power[static_cast<std::size_t>(log[a] + log[b])];
  }
  constexpr std::uint8_t over(std::uint8_t a, std::uint8_t b) const {
    return a == 0 ? std::uint8_t{0} : power[static_cast<std::size_t>(log[a] + kOrder - log[b])];
  }
};
constexpr Field kField;

/// The product of the minimal polynomials of the generator's powers 1, 3, ... 11; bit i is the coefficient of
/// x^i.
constexpr std::uint64_t generator_polynomial() {
  std::uint64_t product = 1;
  std::array<bool, kOrder> covered{};
  for (int root = 1; root < 2 * kCorrects; root += 2) {
    if (covered[static_cast<std::size_t>(root)]) continue;
    std::array<std::uint8_t, 8> minimal{1};  // prod (x - g^conjugate), lowest coefficient first
    int degree = 0;
    for (int conjugate = root; !covered[static_cast<std::size_t>(conjugate)];
         conjugate = 2 * conjugate % kOrder) {
      covered[static_cast<std::size_t>(conjugate)] = true;
      const std::uint8_t zero = kField.power[static_cast<std::size_t>(conjugate)];
      for (int i = ++degree; i > 0; --i)
        minimal[static_cast<std::size_t>(i)] =
            static_cast<std::uint8_t>(minimal[static_cast<std::size_t>(i - 1)] ^
                                      kField.times(minimal[static_cast<std::size_t>(i)], zero));
      minimal[0] = kField.times(minimal[0], zero);
    }
    std::uint64_t next = 0;
    for (int i = 0; i <= degree; ++i)
      if (minimal[static_cast<std::size_t>(i)] != 0) next ^= product << i;
    product = next;
  }
  return product;
}
constexpr std::uint64_t kGenerator = generator_polynomial();
static_assert(std::bit_width(kGenerator) == kParityBits + 1);

/// Mends up to kCorrects wrong bits of `word`; false where there are more (Berlekamp and Massey, then Chien).
bool correct(std::uint64_t& word) noexcept {
  std::array<std::uint8_t, 2 * kCorrects> syndrome{};
  bool clean = true;
  for (int i = 0; i < 2 * kCorrects; ++i) {
    std::uint8_t sum = 0;
    for (std::uint64_t rest = word; rest != 0; rest &= rest - 1)
      sum ^= kField.power[static_cast<std::size_t>((i + 1) * std::countr_zero(rest) % kOrder)];
    syndrome[static_cast<std::size_t>(i)] = sum;
    clean = clean && sum == 0;
  }
  if (clean) return true;

  using Polynomial = std::array<std::uint8_t, 2 * kCorrects + 1>;
  Polynomial locator{1}, before{1};
  int length = 0, gap = 1;
  std::uint8_t last = 1;
  for (int n = 0; n < 2 * kCorrects; ++n) {
    std::uint8_t discrepancy = syndrome[static_cast<std::size_t>(n)];
    for (int i = 1; i <= length; ++i)
      discrepancy ^=
          kField.times(locator[static_cast<std::size_t>(i)], syndrome[static_cast<std::size_t>(n - i)]);
    if (discrepancy == 0) {
      ++gap;
      continue;
    }
    const Polynomial kept = locator;
    const std::uint8_t factor = kField.over(discrepancy, last);
    for (int i = 0; i + gap <= 2 * kCorrects; ++i)
      locator[static_cast<std::size_t>(i + gap)] ^= kField.times(factor, before[static_cast<std::size_t>(i)]);
    if (2 * length <= n) {
      length = n + 1 - length;
      before = kept, last = discrepancy, gap = 1;
    } else {
      ++gap;
    }
  }
  if (length > kCorrects) return false;

  int found = 0;
  for (int place = 0; place < kOrder; ++place) {
    std::uint8_t value = 0;
    for (int i = 0; i <= length; ++i)
      if (const std::uint8_t c = locator[static_cast<std::size_t>(i)]; c != 0)
        value ^= kField.power[static_cast<std::size_t>((kField.log[c] + i * (kOrder - place)) % kOrder)];
    if (value == 0) word ^= std::uint64_t{1} << place, ++found;
  }
  return found == length;
}

MarkPayload payload_of(std::uint64_t word) noexcept {
  const std::uint64_t bits = word >> kParityBits;
  return {static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint32_t>(bits & 0xffffff)};
}

}  // namespace

std::uint64_t mark_code_word(const MarkPayload& payload) noexcept {
  const std::uint64_t bits = (std::uint64_t{payload.release} & 63) << 24 | (payload.render & 0xffffffU);
  const std::uint64_t shifted = bits << kParityBits;
  std::uint64_t rest = shifted;
  for (int i = kMarkBits - 1; i >= kParityBits; --i)
    if (rest >> i & 1) rest ^= kGenerator << (i - kParityBits);
  return shifted | rest;
}

std::optional<MarkPayload> decode_mark(std::span<const float> soft) noexcept {
  if (soft.size() != static_cast<std::size_t>(kMarkBits)) return std::nullopt;
  std::uint64_t heard = 0;
  std::array<std::uint8_t, kMarkBits> order{};
  for (std::size_t k = 0; k < soft.size(); ++k) {
    if (!std::isfinite(soft[k])) return std::nullopt;
    heard |= std::uint64_t{soft[k] < 0} << k;
    order[k] = static_cast<std::uint8_t>(k);
  }
  std::partial_sort(order.begin(), order.begin() + kTriedBits, order.end(),
                    [&](std::uint8_t a, std::uint8_t b) { return std::abs(soft[a]) < std::abs(soft[b]); });

  std::optional<MarkPayload> best;
  float best_likeness = 0;
  for (unsigned flips = 0; flips < 1U << kTriedBits; ++flips) {
    std::uint64_t word = heard;
    for (int i = 0; i < kTriedBits; ++i)
      if (flips >> i & 1) word ^= std::uint64_t{1} << order[static_cast<std::size_t>(i)];
    if (!correct(word)) continue;
    float likeness = 0;
    for (std::size_t k = 0; k < soft.size(); ++k) likeness += word >> k & 1 ? -soft[k] : soft[k];
    if (!best || likeness > best_likeness) best = payload_of(word), best_likeness = likeness;
  }
  return best;
}

}  // namespace parlante
