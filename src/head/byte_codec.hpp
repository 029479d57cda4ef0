// Little-endian numbers to bytes and back; the reader trusts nothing and never reads or allocates beyond its
// bytes.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace parlante {

class HeadBytesWriter {
 public:
  template <std::integral T>
  void number(T value) {
    auto bits = static_cast<std::make_unsigned_t<T>>(value);
    for (std::size_t k = 0; k < sizeof(T); ++k)
      bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(bits) >> (8 * k)));
  }
  void number(float value) { number(std::bit_cast<std::uint32_t>(value)); }
  /// Seven bits a byte, low ones first, the top bit says that more follow.
  void varint(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }
  void count(std::size_t items) { number(static_cast<std::uint32_t>(items)); }
  void text(std::string_view text) {
    count(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// After the first number that is not there every further one is 0 and ok() is false.
class HeadBytesReader {
 public:
  explicit HeadBytesReader(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  template <std::integral T>
  T number() noexcept {
    if (!take(sizeof(T))) return 0;
    std::uint64_t bits = 0;
    for (std::size_t k = 0; k < sizeof(T); ++k)
      bits |= static_cast<std::uint64_t>(bytes_[at_ - sizeof(T) + k]) << (8 * k);
    return static_cast<T>(bits);
  }
  float real() noexcept { return std::bit_cast<float>(number<std::uint32_t>()); }
  std::uint32_t varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const auto byte = number<std::uint8_t>();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (!(byte & 0x80)) {
        if (value > UINT32_MAX) ok_ = false;
        return ok_ ? static_cast<std::uint32_t>(value) : 0;
      }
    }
    ok_ = false;
    return 0;
  }
  /// A number of items of at least `least_bytes` each; 0 when the rest cannot hold so many.
  std::size_t count(std::size_t least_bytes) noexcept {
    const std::size_t items = number<std::uint32_t>();
    if (items > remaining() / least_bytes) ok_ = false;
    return ok_ ? items : 0;
  }
  std::string text(std::size_t longest) {
    const std::size_t length = count(1);
    if (length > longest) ok_ = false;
    if (!take(length)) return {};
    return {reinterpret_cast<const char*>(bytes_.data()) + at_ - length, length};
  }
  std::size_t remaining() const noexcept { return bytes_.size() - at_; }
  bool ok() const noexcept { return ok_; }

 private:
  bool take(std::size_t length) noexcept {
    if (!ok_ || length > remaining()) return ok_ = false;
    at_ += length;
    return true;
  }
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace parlante
