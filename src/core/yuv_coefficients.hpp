// BT.709 in integers (ITU-R BT.709-6: E'Y = .2126 R + .7152 G + .0722 B; D'Y = 219·E'Y + 16, D'C = 224·E'C +
// 128). Internal linkage: each kernel's file compiles it for its own instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/yuv.hpp"

namespace parlante {
namespace {

// Times 2^15; luma coefficients sum to 219/255, chroma's to 0, so that grey stays grey.
constexpr int kYr = 5983, kYg = 20127, kYb = 2032;
constexpr int kUr = -3298, kUg = -11094, kUb = 14392;
constexpr int kVr = 14392, kVg = -13073, kVb = -1319;
constexpr int kLumaOffset = (16 << 15) + (1 << 14);
constexpr int kChromaOffset = (128 << 17) + (1 << 16);  // for the sum of four px

inline std::uint8_t luma_of(const std::uint8_t* p) noexcept {
  return static_cast<std::uint8_t>((kYr * p[0] + kYg * p[1] + kYb * p[2] + kLumaOffset) >> 15);
}

inline void chroma_of(const std::uint8_t* p, std::ptrdiff_t below, std::ptrdiff_t beside, std::uint8_t& u,
                      std::uint8_t& v) noexcept {
  int sum[3];
  for (int k = 0; k < 3; ++k) sum[k] = p[k] + p[beside + k] + p[below + k] + p[below + beside + k];
  u = static_cast<std::uint8_t>((kUr * sum[0] + kUg * sum[1] + kUb * sum[2] + kChromaOffset) >> 17);
  v = static_cast<std::uint8_t>((kVr * sum[0] + kVg * sum[1] + kVb * sum[2] + kChromaOffset) >> 17);
}

}  // namespace
}  // namespace parlante
