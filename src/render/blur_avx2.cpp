#include "render/blur_passes.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

namespace parlante {
namespace {

struct Avx2Rows {
  static void clear(float* out, int n) noexcept { ScalarRows::clear(out, n); }
  static void add(const float* in, float w, float* out, int n) noexcept {
    const __m256 weight = _mm256_set1_ps(w);
    int i = 0;
    for (; i + 8 <= n; i += 8)
      _mm256_storeu_ps(out + i, _mm256_fmadd_ps(weight, _mm256_loadu_ps(in + i), _mm256_loadu_ps(out + i)));
    for (; i < n; ++i) out[i] += w * in[i];
  }
  static void slide(const float* in, const float* gone, float w, float* sum, float* out, int n) noexcept {
    const __m256 weight = _mm256_set1_ps(w);
    int i = 0;
    for (; i + 8 <= n; i += 8) {
      const __m256 s = _mm256_add_ps(_mm256_loadu_ps(sum + i),
                                     _mm256_sub_ps(_mm256_loadu_ps(in + i), _mm256_loadu_ps(gone + i)));
      _mm256_storeu_ps(sum + i, s);
      _mm256_storeu_ps(out + i, _mm256_mul_ps(s, weight));
    }
    for (; i < n; ++i) {
      sum[i] += in[i] - gone[i];
      out[i] = sum[i] * w;
    }
  }
};

}  // namespace

void blur_avx2(float* plane, int stride, int width, int height, float sigma, float* scratch) noexcept {
  blur(plane, stride, width, height, sigma, scratch, Avx2Rows{});
}

}  // namespace parlante
#endif
