#include "render/warp.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <cstring>

#include "render/warp_slow.hpp"

namespace parlante {
namespace {

/// Places of eight pixels, relative to the texture's first texel centre.
struct Places {
  __m256 x, y;
  int somewhere;  // a bit a pixel
};

inline __m256 load(const float* p, int step) noexcept {
  if (step == 1) return _mm256_loadu_ps(p);
  const auto s = static_cast<std::ptrdiff_t>(step);
  return _mm256_setr_ps(p[0], p[s], p[2 * s], p[3 * s], p[4 * s], p[5 * s], p[6 * s], p[7 * s]);
}

inline Places places_of(const Texture& t, const float* u, const float* v, int step) noexcept {
  const __m256 pu = load(u, step), pv = load(v, step), nowhere = _mm256_set1_ps(kNowhere),
               far = _mm256_set1_ps(1e6f);
  const __m256 low =
      _mm256_and_ps(_mm256_cmp_ps(pu, nowhere, _CMP_GT_OQ), _mm256_cmp_ps(pv, nowhere, _CMP_GT_OQ));
  const __m256 high = _mm256_and_ps(_mm256_cmp_ps(pu, far, _CMP_LT_OQ), _mm256_cmp_ps(pv, far, _CMP_LT_OQ));
  return {_mm256_sub_ps(pu, _mm256_set1_ps(t.origin_x + .5f)),
          _mm256_sub_ps(pv, _mm256_set1_ps(t.origin_y + .5f)), _mm256_movemask_ps(_mm256_and_ps(low, high))};
}

inline __m256 clamp(__m256 value, float last) noexcept {
  return _mm256_min_ps(_mm256_max_ps(value, _mm256_setzero_ps()), _mm256_set1_ps(last));
}

inline __m128i load_pair(const std::uint8_t* p) noexcept {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}

/// Eight pixels, bilinear: top-left texel and fractions. Needs at least 2 x 2 texels.
struct Corners {
  alignas(32) std::int32_t offset[8];  // bytes
  alignas(32) float fx[8], fy[8];
};

inline void corners_of(const Texture& t, const Places& p, Corners& out) noexcept {
  // A place beyond the border is moved onto it: the same as repeating the border's texels.
  const __m256 x = clamp(p.x, static_cast<float>(t.width - 1)),
               y = clamp(p.y, static_cast<float>(t.height - 1));
  const __m256 i = _mm256_min_ps(_mm256_floor_ps(x), _mm256_set1_ps(static_cast<float>(t.width - 2)));
  const __m256 j = _mm256_min_ps(_mm256_floor_ps(y), _mm256_set1_ps(static_cast<float>(t.height - 2)));
  _mm256_store_ps(out.fx, _mm256_sub_ps(x, i));
  _mm256_store_ps(out.fy, _mm256_sub_ps(y, j));
  const __m256i row = _mm256_mullo_epi32(_mm256_cvttps_epi32(j), _mm256_set1_epi32(t.stride));
  _mm256_store_si256(reinterpret_cast<__m256i*>(out.offset),
                     _mm256_add_epi32(row, _mm256_slli_epi32(_mm256_cvttps_epi32(i), 2)));
}

inline __m128 bilinear(const Texture& t, const Corners& c, int lane) noexcept {
  const std::uint8_t* p = t.texels + c.offset[lane];
  const __m256 top = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(load_pair(p)));
  const __m256 bottom = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(load_pair(p + t.stride)));
  const __m256 column = _mm256_fmadd_ps(_mm256_set1_ps(c.fy[lane]), _mm256_sub_ps(bottom, top), top);
  const __m128 left = _mm256_castps256_ps128(column), right = _mm256_extractf128_ps(column, 1);
  return _mm_fmadd_ps(_mm_set1_ps(c.fx[lane]), _mm_sub_ps(right, left), left);
}

inline void store_u8(__m128 rgba, std::uint8_t* out) noexcept {
  const __m128i i32 = _mm_cvtps_epi32(rgba);
  const __m128i i16 = _mm_packs_epi32(i32, i32);
  const int packed = _mm_cvtsi128_si32(_mm_packus_epi16(i16, i16));
  std::memcpy(out, &packed, 4);
}
inline void put(__m128 rgba, std::uint8_t* out) noexcept {
  store_u8(rgba, out);
}
inline void put(__m128 rgba, float* out) noexcept {
  _mm_storeu_ps(out, rgba);
}

/// Catmull-Rom weights of eight pixels, for four texels.
inline void cubic(__m256 f, __m256* w) noexcept {
  const __m256 half = _mm256_set1_ps(.5f);
  w[0] = _mm256_mul_ps(
      f, _mm256_fmadd_ps(f, _mm256_fnmadd_ps(half, f, _mm256_set1_ps(1)), _mm256_set1_ps(-.5f)));
  w[1] = _mm256_fmadd_ps(_mm256_mul_ps(f, f), _mm256_fmadd_ps(_mm256_set1_ps(1.5f), f, _mm256_set1_ps(-2.5f)),
                         _mm256_set1_ps(1));
  w[2] = _mm256_mul_ps(
      f, _mm256_fmadd_ps(f, _mm256_fnmadd_ps(_mm256_set1_ps(1.5f), f, _mm256_set1_ps(2)), half));
  w[3] = _mm256_mul_ps(_mm256_mul_ps(f, f), _mm256_fmadd_ps(half, f, _mm256_set1_ps(-.5f)));
}

/// Eight pixels, bicubic: first texel of the 4 x 4, weights across as pairs of 2^14, weights down.
struct Patches {
  alignas(32) std::int32_t i[8], j[8];
  alignas(32) std::int32_t across_01[8], across_23[8];
  alignas(32) float down[4][8];
};

inline __m256i pairs_of(__m256 a, __m256 b) noexcept {
  const __m256 scale = _mm256_set1_ps(16384);
  const __m256i low =
      _mm256_and_si256(_mm256_cvtps_epi32(_mm256_mul_ps(a, scale)), _mm256_set1_epi32(0xffff));
  return _mm256_or_si256(low, _mm256_slli_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(b, scale)), 16));
}

inline void patches_of(const Places& p, Patches& out) noexcept {
  // Far beyond the border every texel is the border's: the clamp only keeps the conversion to int defined.
  const __m256 limit = _mm256_set1_ps(2e6f), minus = _mm256_set1_ps(-2e6f);
  const __m256 x = _mm256_max_ps(_mm256_min_ps(p.x, limit), minus),
               y = _mm256_max_ps(_mm256_min_ps(p.y, limit), minus);
  const __m256 i = _mm256_floor_ps(x), j = _mm256_floor_ps(y);
  __m256 wx[4], wy[4];
  cubic(_mm256_sub_ps(x, i), wx);
  cubic(_mm256_sub_ps(y, j), wy);
  const __m256i one = _mm256_set1_epi32(1);
  _mm256_store_si256(reinterpret_cast<__m256i*>(out.i), _mm256_sub_epi32(_mm256_cvttps_epi32(i), one));
  _mm256_store_si256(reinterpret_cast<__m256i*>(out.j), _mm256_sub_epi32(_mm256_cvttps_epi32(j), one));
  _mm256_store_si256(reinterpret_cast<__m256i*>(out.across_01), pairs_of(wx[0], wx[1]));
  _mm256_store_si256(reinterpret_cast<__m256i*>(out.across_23), pairs_of(wx[2], wx[3]));
  for (int k = 0; k < 4; ++k) _mm256_store_ps(out.down[k], wy[k]);
}

inline __m128 bicubic(const Texture& t, const Patches& p, int lane) noexcept {
  const int i = p.i[lane], j = p.j[lane];
  alignas(16) std::uint8_t border[64];
  const std::uint8_t* first;
  std::ptrdiff_t stride;
  if (i >= 0 && j >= 0 && i + 4 <= t.width && j + 4 <= t.height) {
    first = t.texels + static_cast<std::ptrdiff_t>(j) * t.stride + 4 * static_cast<std::ptrdiff_t>(i);
    stride = t.stride;
  } else {
    for (int row = 0; row < 4; ++row)
      for (int column = 0; column < 4; ++column)
        std::memcpy(border + 16 * row + 4 * column, texel(t, i + column, j + row), 4);
    first = border;
    stride = 16;
  }
  // Texels 0 and 1 (2 and 3) of a channel side by side as 16 bits, for the pairwise multiply and add.
  const __m256i pick_01 = _mm256_setr_epi8(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1, 0, -1, 4,
                                           -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1);
  const __m256i pick_23 = _mm256_add_epi8(pick_01, _mm256_set1_epi16(8));
  const __m256i w01 = _mm256_set1_epi32(p.across_01[lane]), w23 = _mm256_set1_epi32(p.across_23[lane]);
  __m256 sum = _mm256_setzero_ps();
  for (int rows = 0; rows < 4; rows += 2) {
    const std::uint8_t* row = first + rows * stride;
    const __m256i texels = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row))),
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(row + stride)), 1);
    const __m256i across = _mm256_add_epi32(_mm256_madd_epi16(_mm256_shuffle_epi8(texels, pick_01), w01),
                                            _mm256_madd_epi16(_mm256_shuffle_epi8(texels, pick_23), w23));
    const __m256 down = _mm256_set_m128(_mm_set1_ps(p.down[rows + 1][lane]), _mm_set1_ps(p.down[rows][lane]));
    sum = _mm256_fmadd_ps(down, _mm256_cvtepi32_ps(across), sum);
  }
  return _mm_mul_ps(_mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps(sum, 1)),
                    _mm_set1_ps(1.f / 16384));
}

template <class T>
inline void one_bilinear(const Texture& t, float u, float v, T* out) noexcept {
  float rgba[4] = {0, 0, 0, 0};
  if (!looks_nowhere(u, v)) sample_bilinear(t, u, v, rgba);
  store(rgba, out);
}
template <class T>
inline void one_bicubic(const Texture& t, float u, float v, T* out) noexcept {
  float rgba[4] = {0, 0, 0, 0};
  if (!looks_nowhere(u, v)) sample_bicubic(t, u, v, rgba);
  store(rgba, out);
}

template <class T>
inline void warp_bilinear(const Texture& t, const WarpMap& map, int width, int height, T* out,
                          int stride) noexcept {
  const bool tiny = t.width < 2 || t.height < 2;
  for (int y = 0; y < height; ++y) {
    const float *u = map.u + static_cast<std::ptrdiff_t>(y) * map.row,
                *v = map.v + static_cast<std::ptrdiff_t>(y) * map.row;
    T* row = out + static_cast<std::ptrdiff_t>(y) * stride;
    int x = 0;
    for (; !tiny && x + 8 <= width; x += 8) {
      const Places p = places_of(t, u + static_cast<std::ptrdiff_t>(x) * map.step,
                                 v + static_cast<std::ptrdiff_t>(x) * map.step, map.step);
      T* pixels = row + 4 * static_cast<std::ptrdiff_t>(x);
      if (p.somewhere == 0) {
        for (int k = 0; k < 32; ++k) pixels[k] = 0;
        continue;
      }
      Corners corners;
      corners_of(t, p, corners);
      for (int lane = 0; lane < 8; ++lane)
        put((p.somewhere >> lane & 1) != 0 ? bilinear(t, corners, lane) : _mm_setzero_ps(),
            pixels + 4 * lane);
    }
    for (; x < width; ++x)
      one_bilinear(t, u[static_cast<std::ptrdiff_t>(x) * map.step],
                   v[static_cast<std::ptrdiff_t>(x) * map.step], row + 4 * static_cast<std::ptrdiff_t>(x));
  }
}

template <class T>
inline void warp_bicubic(const Texture& t, const WarpMap& map, int width, int height, T* out,
                         int stride) noexcept {
  for (int y = 0; y < height; ++y) {
    const float *u = map.u + static_cast<std::ptrdiff_t>(y) * map.row,
                *v = map.v + static_cast<std::ptrdiff_t>(y) * map.row;
    T* row = out + static_cast<std::ptrdiff_t>(y) * stride;
    int x = 0;
    for (; x + 8 <= width; x += 8) {
      const Places p = places_of(t, u + static_cast<std::ptrdiff_t>(x) * map.step,
                                 v + static_cast<std::ptrdiff_t>(x) * map.step, map.step);
      T* pixels = row + 4 * static_cast<std::ptrdiff_t>(x);
      if (p.somewhere == 0) {
        for (int k = 0; k < 32; ++k) pixels[k] = 0;
        continue;
      }
      Patches patches;
      patches_of(p, patches);
      for (int lane = 0; lane < 8; ++lane)
        put((p.somewhere >> lane & 1) != 0 ? bicubic(t, patches, lane) : _mm_setzero_ps(), pixels + 4 * lane);
    }
    for (; x < width; ++x)
      one_bicubic(t, u[static_cast<std::ptrdiff_t>(x) * map.step],
                  v[static_cast<std::ptrdiff_t>(x) * map.step], row + 4 * static_cast<std::ptrdiff_t>(x));
  }
}

}  // namespace

void warp_bilinear_u8_avx2(const Texture& t, const WarpMap& m, int width, int height, std::uint8_t* out,
                           int stride) noexcept {
  warp_bilinear(t, m, width, height, out, stride);
}
void warp_bilinear_f32_avx2(const Texture& t, const WarpMap& m, int width, int height, float* out,
                            int stride) noexcept {
  warp_bilinear(t, m, width, height, out, stride);
}
void warp_bicubic_u8_avx2(const Texture& t, const WarpMap& m, int width, int height, std::uint8_t* out,
                          int stride) noexcept {
  warp_bicubic(t, m, width, height, out, stride);
}
void warp_bicubic_f32_avx2(const Texture& t, const WarpMap& m, int width, int height, float* out,
                           int stride) noexcept {
  warp_bicubic(t, m, width, height, out, stride);
}

}  // namespace parlante
#endif
