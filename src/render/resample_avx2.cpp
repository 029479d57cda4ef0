#include "render/resample.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <cstddef>

namespace parlante {

void halve_f32_avx2(const float* in, int in_stride, float* out, int out_stride, int width,
                    int height) noexcept {
  const __m128 quarter = _mm_set1_ps(.25f);
  for (int y = 0; y < height; ++y) {
    const float *a = in + static_cast<std::ptrdiff_t>(2 * y) * in_stride, *b = a + in_stride;
    float* o = out + static_cast<std::ptrdiff_t>(y) * out_stride;
    for (int x = 0; x < width; ++x) {
      const __m256 sum = _mm256_add_ps(_mm256_loadu_ps(a + 8 * x), _mm256_loadu_ps(b + 8 * x));
      _mm_storeu_ps(o + 4 * x, _mm_mul_ps(quarter, _mm_add_ps(_mm256_castps256_ps128(sum),
                                                              _mm256_extractf128_ps(sum, 1))));
    }
  }
}

void halve_u8_avx2(const std::uint8_t* in, int in_stride, std::uint8_t* out, int out_stride, int width,
                   int height) noexcept {
  const __m128i two = _mm_set1_epi16(2);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t *a = in + static_cast<std::ptrdiff_t>(2 * y) * in_stride, *b = a + in_stride;
    std::uint8_t* o = out + static_cast<std::ptrdiff_t>(y) * out_stride;
    int x = 0;
    for (; x + 2 <= width; x += 2) {  // 4 x 2 texels -> 2
      const __m256i sum = _mm256_add_epi16(
          _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + 8 * x))),
          _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b + 8 * x))));
      const __m128i left = _mm256_castsi256_si128(sum), right = _mm256_extracti128_si256(sum, 1);
      const __m128i pairs = _mm_add_epi16(_mm_unpacklo_epi64(left, right), _mm_unpackhi_epi64(left, right));
      const __m128i mean = _mm_srli_epi16(_mm_add_epi16(pairs, two), 2);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(o + 4 * x), _mm_packus_epi16(mean, mean));
    }
    for (; x < width; ++x)
      for (int k = 0; k < 4; ++k)
        o[4 * x + k] = static_cast<std::uint8_t>(
            (a[8 * x + k] + a[8 * x + 4 + k] + b[8 * x + k] + b[8 * x + 4 + k] + 2) >> 2);
  }
}

void halve_plane_avx2(const float* in, int in_stride, float* out, int out_stride, int width,
                      int height) noexcept {
  const __m256 quarter = _mm256_set1_ps(.25f);
  for (int y = 0; y < height; ++y) {
    const float *a = in + static_cast<std::ptrdiff_t>(2 * y) * in_stride, *b = a + in_stride;
    float* o = out + static_cast<std::ptrdiff_t>(y) * out_stride;
    int x = 0;
    for (; x + 8 <= width; x += 8) {
      const __m256 left = _mm256_add_ps(_mm256_loadu_ps(a + 2 * x), _mm256_loadu_ps(b + 2 * x));
      const __m256 right = _mm256_add_ps(_mm256_loadu_ps(a + 2 * x + 8), _mm256_loadu_ps(b + 2 * x + 8));
      const __m256 pairs = _mm256_hadd_ps(left, right);  // 0 1 4 5 | 2 3 6 7
      const __m256d ordered = _mm256_permute4x64_pd(_mm256_castps_pd(pairs), 0xd8);
      _mm256_storeu_ps(o + x, _mm256_mul_ps(quarter, _mm256_castpd_ps(ordered)));
    }
    for (; x < width; ++x) o[x] = .25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
  }
}

}  // namespace parlante
#endif
