#include "core/yuv_coefficients.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include "core/rgb_planes_avx2.hpp"

namespace parlante {
namespace {

/// Two 16-bit factors for a pairwise multiply and add.
inline __m256i pair(int low, int high) noexcept {
  return _mm256_set1_epi32(
      static_cast<int>((static_cast<unsigned>(low) & 0xffffu) | (static_cast<unsigned>(high) << 16)));
}

/// (r·R + g·G + b·B + offset) >> shift of sixteen 16-bit lanes, as sixteen 16-bit lanes in order.
template <int kShift>
inline __m256i weighed(__m256i r, __m256i g, __m256i b, __m256i rg, __m256i b0, __m256i offset) noexcept {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i low = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(r, g), rg),
                                       _mm256_madd_epi16(_mm256_unpacklo_epi16(b, zero), b0));
  const __m256i high = _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(r, g), rg),
                                        _mm256_madd_epi16(_mm256_unpackhi_epi16(b, zero), b0));
  return _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, offset), kShift),
                            _mm256_srai_epi32(_mm256_add_epi32(high, offset), kShift));
}

inline __m128i bytes_of(__m256i values) noexcept {
  return _mm_packus_epi16(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
}

inline void luma16(const RgbPlanes& p, std::uint8_t* out) noexcept {
  const __m256i y =
      weighed<15>(_mm256_cvtepu8_epi16(p.r), _mm256_cvtepu8_epi16(p.g), _mm256_cvtepu8_epi16(p.b),
                  pair(kYr, kYg), pair(kYb, 0), _mm256_set1_epi32(kLumaOffset));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes_of(y));
}

/// Sums of 2 x 2 of two rows of 16: eight 16-bit values.
inline __m128i sums(__m128i above, __m128i below) noexcept {
  const __m128i ones = _mm_set1_epi8(1);
  return _mm_add_epi16(_mm_maddubs_epi16(above, ones), _mm_maddubs_epi16(below, ones));
}

}  // namespace

void yuv420_avx2(const std::uint8_t* rgb, int stride, int width, int height, const YuvPlanes& out) noexcept {
  for (int y = 0; y < height; y += 2) {
    const std::uint8_t* above = rgb + static_cast<std::ptrdiff_t>(y) * stride;
    const bool has_below = y + 1 < height;
    const std::uint8_t* below = has_below ? above + stride : above;
    std::uint8_t *y0 = out.y + static_cast<std::ptrdiff_t>(y) * out.y_stride, *y1 = y0 + out.y_stride;
    std::uint8_t *u = out.u + static_cast<std::ptrdiff_t>(y / 2) * out.u_stride,
                 *v = out.v + static_cast<std::ptrdiff_t>(y / 2) * out.v_stride;
    int x = 0;
    for (; x + 16 <= width; x += 16) {
      const RgbPlanes a = load_rgb16(above + 3 * static_cast<std::ptrdiff_t>(x)),
                      b = load_rgb16(below + 3 * static_cast<std::ptrdiff_t>(x));
      luma16(a, y0 + x);
      if (has_below) luma16(b, y1 + x);
      const __m256i red = _mm256_castsi128_si256(sums(a.r, b.r)),
                    green = _mm256_castsi128_si256(sums(a.g, b.g)),
                    blue = _mm256_castsi128_si256(sums(a.b, b.b));
      const __m256i offset = _mm256_set1_epi32(kChromaOffset);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(u + x / 2),
                       bytes_of(weighed<17>(red, green, blue, pair(kUr, kUg), pair(kUb, 0), offset)));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(v + x / 2),
                       bytes_of(weighed<17>(red, green, blue, pair(kVr, kVg), pair(kVb, 0), offset)));
    }
    for (; x < width; x += 2) {
      const std::ptrdiff_t beside = x + 1 < width ? 3 : 0;
      const std::uint8_t *a = above + 3 * static_cast<std::ptrdiff_t>(x),
                         *b = below + 3 * static_cast<std::ptrdiff_t>(x);
      for (int k = 0; k <= (beside != 0 ? 1 : 0); ++k) {
        y0[x + k] = luma_of(a + 3 * k);
        if (has_below) y1[x + k] = luma_of(b + 3 * k);
      }
      chroma_of(a, has_below ? stride : 0, beside, u[x / 2], v[x / 2]);
    }
  }
}

}  // namespace parlante
#endif
