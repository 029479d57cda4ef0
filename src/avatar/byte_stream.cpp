#include "avatar/byte_stream.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace parlante {
namespace {

// The prediction of one sample from its left, upper and upper left neighbours (zero outside the picture).
inline int predicted(int left, int up, int corner) noexcept {
  if (corner >= std::max(left, up)) return std::min(left, up);
  if (corner <= std::min(left, up)) return std::max(left, up);
  return left + up - corner;
}

}  // namespace

void ByteWriter::u16(std::uint16_t value) {
  for (int k = 0; k < 2; ++k) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
}
void ByteWriter::u32(std::uint32_t value) {
  for (int k = 0; k < 4; ++k) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
}
void ByteWriter::u64(std::uint64_t value) {
  for (int k = 0; k < 8; ++k) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
}
void ByteWriter::f32(float value) {
  u32(std::bit_cast<std::uint32_t>(value));
}
void ByteWriter::f64(double value) {
  u64(std::bit_cast<std::uint64_t>(value));
}

void ByteWriter::floats(std::span<const float> values) {
  const std::size_t start = bytes_.size(), n = values.size();
  bytes_.resize(start + 4 * n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(values[i]);
    for (std::size_t k = 0; k < 4; ++k)
      bytes_[start + k * n + i] = static_cast<std::uint8_t>(bits >> (8 * k));
  }
}

void ByteWriter::picture(const ImageU8& image) {
  i32(image.width);
  i32(image.height);
  i32(image.channels);
  const int w = image.width, h = image.height, channels = image.channels;
  const auto sample = [&](int x, int y, int c) {
    const std::uint8_t* p = image.at(x, y);
    return static_cast<std::uint8_t>(channels >= 3 && (c == 0 || c == 2) ? p[c] - p[1] : p[c]);
  };
  bytes_.reserve(bytes_.size() + image.pixels.size());
  std::vector<std::uint8_t> above(static_cast<std::size_t>(w)), here(static_cast<std::size_t>(w));
  for (int c = 0; c < channels; ++c) {
    std::fill(above.begin(), above.end(), std::uint8_t{0});
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const auto i = static_cast<std::size_t>(x);
        here[i] = sample(x, y, c);
        const int guess = predicted(x ? here[i - 1] : 0, above[i], x ? above[i - 1] : 0);
        bytes_.push_back(static_cast<std::uint8_t>(here[i] - guess));
      }
      above.swap(here);
    }
  }
}

std::uint64_t ByteReader::number(int size) noexcept {
  const auto part = take(static_cast<std::size_t>(size));
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < part.size(); ++k) value |= static_cast<std::uint64_t>(part[k]) << (8 * k);
  return value;
}

std::span<const std::uint8_t> ByteReader::take(std::size_t size) noexcept {
  if (size > bytes_.size()) {
    fail();
    return {};
  }
  const auto part = bytes_.first(size);
  bytes_ = bytes_.subspan(size);
  return part;
}

float ByteReader::f32() noexcept {
  const float value = std::bit_cast<float>(u32());
  if (std::isfinite(value)) return value;
  fail();
  return 0;
}

double ByteReader::f64() noexcept {
  const double value = std::bit_cast<double>(u64());
  if (std::isfinite(value)) return value;
  fail();
  return 0;
}

void ByteReader::floats(std::span<float> values) noexcept {
  const std::size_t n = values.size();
  const auto part = take(4 * n);
  if (part.empty()) {
    std::fill(values.begin(), values.end(), 0.0f);
    return;
  }
  bool finite = true;
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) bits |= static_cast<std::uint32_t>(part[k * n + i]) << (8 * k);
    values[i] = std::bit_cast<float>(bits);
    finite = finite && std::isfinite(values[i]);
  }
  if (!finite) fail();
}

std::size_t ByteReader::count(std::size_t bytes_each) noexcept {
  const std::size_t n = u32();
  if (n <= left() / std::max<std::size_t>(bytes_each, 1)) return n;
  fail();
  return 0;
}

ImageU8 ByteReader::picture(int channels) {
  const int w = i32(), h = i32(), c = i32();
  if (ok_ && w == 0 && h == 0 && c == 0) return {};
  if (!ok_ || w <= 0 || h <= 0 || w > 16384 || h > 16384 || c != channels) {
    fail();
    return {};
  }
  const auto residuals =
      take(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c));
  if (residuals.empty()) return {};
  ImageU8 image(w, h, c);
  const std::uint8_t* residual = residuals.data();
  std::vector<std::uint8_t> above(static_cast<std::size_t>(w)), here(static_cast<std::size_t>(w));
  for (int k = 0; k < c; ++k) {
    std::fill(above.begin(), above.end(), std::uint8_t{0});
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const auto i = static_cast<std::size_t>(x);
        here[i] = static_cast<std::uint8_t>(*residual++ +
                                            predicted(x ? here[i - 1] : 0, above[i], x ? above[i - 1] : 0));
        image.at(x, y)[k] = here[i];
      }
      above.swap(here);
    }
  }
  if (c >= 3) {
    for (std::size_t i = 0; i < image.pixels.size(); i += static_cast<std::size_t>(c)) {
      image.pixels[i] = static_cast<std::uint8_t>(image.pixels[i] + image.pixels[i + 1]);
      image.pixels[i + 2] = static_cast<std::uint8_t>(image.pixels[i + 2] + image.pixels[i + 1]);
    }
  }
  return image;
}

}  // namespace parlante
