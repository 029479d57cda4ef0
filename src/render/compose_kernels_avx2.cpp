#include "render/warp.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <cstddef>
#include <cstring>

namespace parlante {
namespace {

inline __m128 clamp_255(__m128 value) noexcept {
  return _mm_min_ps(_mm_max_ps(value, _mm_setzero_ps()), _mm_set1_ps(255));
}

/// Four bytes as floats; the fourth may be whatever follows a pixel of three.
inline __m128 four(const std::uint8_t* p) noexcept {
  std::int32_t bytes;
  std::memcpy(&bytes, p, 4);
  return _mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(bytes)));
}
/// Three bytes as floats; nothing behind them is read.
inline __m128 three(const std::uint8_t* p) noexcept {
  return _mm_setr_ps(static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2]), 0);
}
inline __m128 rgb(const std::uint8_t* p, bool last) noexcept {
  return last ? three(p) : four(p);
}

/// Four pixels of RGBx floats to twelve bytes.
inline void put_four(const __m128* colour, std::uint8_t* out) noexcept {
  const __m128i a =
      _mm_packs_epi32(_mm_cvtps_epi32(clamp_255(colour[0])), _mm_cvtps_epi32(clamp_255(colour[1])));
  const __m128i b =
      _mm_packs_epi32(_mm_cvtps_epi32(clamp_255(colour[2])), _mm_cvtps_epi32(clamp_255(colour[3])));
  const __m128i packed = _mm_shuffle_epi8(
      _mm_packus_epi16(a, b), _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), packed);
  const std::int32_t rest = _mm_extract_epi32(packed, 2);
  std::memcpy(out + 8, &rest, 4);
}
inline void put_one(__m128 colour, std::uint8_t* out) noexcept {
  alignas(16) std::int32_t i[4];
  _mm_store_si128(reinterpret_cast<__m128i*>(i), _mm_cvtps_epi32(clamp_255(colour)));
  for (int k = 0; k < 3; ++k) out[k] = static_cast<std::uint8_t>(i[k]);
}

/// Runs `colour(x, last)` over a row of RGB; `last` is true where nothing may be read behind the pixel.
template <class Colour>
inline void row_of(int width, std::uint8_t* out, Colour colour) noexcept {
  int x = 0;
  for (; x + 4 < width; x += 4) {
    const __m128 colours[4] = {colour(x, false), colour(x + 1, false), colour(x + 2, false),
                               colour(x + 3, false)};
    put_four(colours, out + 3 * x);
  }
  for (; x < width; ++x) put_one(colour(x, x + 1 == width), out + 3 * x);
}

}  // namespace

void over_plate_avx2(const OverPlate& o, int width, int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* layer = o.layer + static_cast<std::ptrdiff_t>(y) * o.layer_stride;
    const std::uint8_t* plate = o.plate + static_cast<std::ptrdiff_t>(y) * o.plate_stride;
    const float* shade =
        o.shade == nullptr ? nullptr : o.shade + static_cast<std::ptrdiff_t>(y) * o.shade_row;
    const float* floor =
        o.floor == nullptr ? nullptr : o.floor + static_cast<std::ptrdiff_t>(y) * o.floor_row;
    row_of(width, o.out + static_cast<std::ptrdiff_t>(y) * o.out_stride, [&](int x, bool last) {
      const __m128 colour = four(layer + 4 * x), back = rgb(plate + 3 * x, last);
      __m128 alpha = _mm_mul_ps(_mm_shuffle_ps(colour, colour, 0xff), _mm_set1_ps(1.f / 255));
      if (floor != nullptr)
        alpha = _mm_max_ps(
            alpha,
            _mm_min_ps(_mm_set1_ps(floor[static_cast<std::ptrdiff_t>(x) * o.floor_step]), _mm_set1_ps(1)));
      const __m128 factor =
          _mm_set1_ps(shade == nullptr ? 1.f : shade[static_cast<std::ptrdiff_t>(x) * o.shade_step]);
      return _mm_fmadd_ps(alpha, _mm_fmsub_ps(colour, factor, back), back);
    });
  }
}

void blend_avx2(const float* layer, int layer_stride, std::uint8_t* picture, int rgb_stride, int width,
                int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const float* in = layer + static_cast<std::ptrdiff_t>(y) * layer_stride;
    std::uint8_t* out = picture + static_cast<std::ptrdiff_t>(y) * rgb_stride;
    row_of(width, out, [&](int x, bool last) {
      const __m128 colour = _mm_loadu_ps(in + 4 * x), back = rgb(out + 3 * x, last);
      const __m128 alpha = _mm_shuffle_ps(colour, colour, 0xff);
      return _mm_add_ps(_mm_fnmadd_ps(alpha, back, back), colour);
    });
  }
}

void blend_mask_avx2(const std::uint8_t* rgba, int rgba_stride, const float* mask, int mask_stride,
                     std::uint8_t* picture, int rgb_stride, int width, int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* in = rgba + static_cast<std::ptrdiff_t>(y) * rgba_stride;
    const float* m = mask + static_cast<std::ptrdiff_t>(y) * mask_stride;
    std::uint8_t* out = picture + static_cast<std::ptrdiff_t>(y) * rgb_stride;
    row_of(width, out, [&](int x, bool last) {
      const __m128 back = rgb(out + 3 * x, last);
      return _mm_fmadd_ps(_mm_set1_ps(m[x]), _mm_sub_ps(four(in + 4 * x), back), back);
    });
  }
}

}  // namespace parlante
#endif
