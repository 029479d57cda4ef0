// Sixteen RGB pixels to three vectors of bytes and back. Only for files compiled for AVX2.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace parlante {
namespace {

struct RgbPlanes {
  __m128i r, g, b;
};

/// Byte k of the result is byte 3·k + channel of the 48 bytes.
inline RgbPlanes load_rgb16(const std::uint8_t* p) noexcept {
  const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16));
  const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 32));
  const auto pick = [](__m128i from, __m128i where) { return _mm_shuffle_epi8(from, where); };
  RgbPlanes out;
  out.r = _mm_or_si128(
      _mm_or_si128(pick(a, _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
                   pick(b, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1))),
      pick(c, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13)));
  out.g = _mm_or_si128(
      _mm_or_si128(pick(a, _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
                   pick(b, _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1))),
      pick(c, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14)));
  out.b = _mm_or_si128(
      _mm_or_si128(pick(a, _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)),
                   pick(b, _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1))),
      pick(c, _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15)));
  return out;
}

inline void store_rgb16(const RgbPlanes& in, std::uint8_t* p) noexcept {
  const auto pick = [](__m128i from, __m128i where) { return _mm_shuffle_epi8(from, where); };
  const __m128i a = _mm_or_si128(
      _mm_or_si128(pick(in.r, _mm_setr_epi8(0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5)),
                   pick(in.g, _mm_setr_epi8(-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1))),
      pick(in.b, _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1)));
  const __m128i b = _mm_or_si128(
      _mm_or_si128(pick(in.g, _mm_setr_epi8(5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10)),
                   pick(in.b, _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1))),
      pick(in.r, _mm_setr_epi8(-1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1)));
  const __m128i c = _mm_or_si128(
      _mm_or_si128(pick(in.b, _mm_setr_epi8(10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15)),
                   pick(in.r, _mm_setr_epi8(-1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1))),
      pick(in.g, _mm_setr_epi8(-1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1)));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), a);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 16), b);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p + 32), c);
}

}  // namespace
}  // namespace parlante
