// Little-endian numbers, shuffled float arrays and predicted pictures in bytes; reading never passes the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/image.hpp"

namespace parlante {

/// Appends to a growing buffer.
class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void i32(std::int32_t value) { u32(static_cast<std::uint32_t>(value)); }
  void f32(float value);
  void f64(double value);
  /// The values' bytes by significance (all lowest bytes first): deflate finds more to share that way.
  void floats(std::span<const float> values);
  /// i32 width, height, channels, then each channel's residuals of the median edge predictor (Weinberger,
  /// Seroussi, Sapiro: LOCO-I, 1996); red and blue as differences from green.
  void picture(const ImageU8& image);

  std::vector<std::uint8_t>& bytes() noexcept { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Reads what ByteWriter wrote. After the first read past the end, or a value out of its allowed range, ok()
/// is false and everything read is zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() noexcept { return number(8); }
  std::int32_t i32() noexcept { return static_cast<std::int32_t>(u32()); }
  /// Not finite: fails.
  float f32() noexcept;
  double f64() noexcept;
  void floats(std::span<float> values) noexcept;
  /// A picture whose channels must be `channels`; 0 x 0 is an empty picture. Memory is taken only when the
  /// bytes are there.
  ImageU8 picture(int channels);
  /// A count of things of at least `bytes_each` bytes that follow; more than can follow: fails.
  std::size_t count(std::size_t bytes_each) noexcept;

  std::span<const std::uint8_t> take(std::size_t size) noexcept;
  std::size_t left() const noexcept { return bytes_.size(); }
  bool ok() const noexcept { return ok_; }
  void fail() noexcept {
    ok_ = false;
    bytes_ = {};
  }

 private:
  std::uint64_t number(int size) noexcept;

  std::span<const std::uint8_t> bytes_;
  bool ok_ = true;
};

}  // namespace parlante
