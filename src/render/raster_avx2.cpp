#include "render/raster_setup.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#include <array>
#include <utility>

namespace parlante {
namespace {

/// Attributes of one triangle as a plane: value = base + w1·one + w2·two.
struct AttributePlanes {
  alignas(32) float base[kMaxAttributes], one[kMaxAttributes], two[kMaxAttributes];
};

inline __m128 plane_at(const AttributePlanes& planes, int k, __m128 w1, __m128 w2) noexcept {
  return _mm_fmadd_ps(w2, _mm_loadu_ps(planes.two + k),
                      _mm_fmadd_ps(w1, _mm_loadu_ps(planes.one + k), _mm_loadu_ps(planes.base + k)));
}

/// The last `count` (1 to 4) of a pixel's attributes: nothing behind them is written.
template <int count>
inline void store_first(float* out, __m128 values) noexcept {
  if constexpr (count == 4) _mm_storeu_ps(out, values);
  if constexpr (count == 1) _mm_store_ss(out, values);
  if constexpr (count == 2 || count == 3) _mm_storel_pi(reinterpret_cast<__m64*>(out), values);
  if constexpr (count == 3) _mm_store_ss(out + 2, _mm_movehl_ps(values, values));
}

/// Of the pixels in `mask`, `count` attributes each. Several counts have a loop of their own: it is the
/// hottest of all.
template <int count>
inline void write_pixels(const AttributePlanes& planes, unsigned mask, const float* w1s, const float* w2s,
                         float* out) noexcept {
  constexpr int kTail = (count - 1) / 4 * 4;
  for (; mask != 0; mask &= mask - 1) {
    const int lane = __builtin_ctz(mask);
    const __m128 w1 = _mm_set1_ps(w1s[lane]), w2 = _mm_set1_ps(w2s[lane]);
    float* to = out + lane * count;
    for (int k = 0; k < kTail; k += 4) _mm_storeu_ps(to + k, plane_at(planes, k, w1, w2));
    store_first<count - kTail>(to + kTail, plane_at(planes, kTail, w1, w2));
  }
}

using WritePixels = void (*)(const AttributePlanes&, unsigned, const float*, const float*, float*) noexcept;
template <int... counts>
constexpr std::array<WritePixels, sizeof...(counts)> writers(std::integer_sequence<int, counts...>) {
  return {write_pixels<counts + 1>...};
}
constexpr auto kWriters = writers(std::make_integer_sequence<int, kMaxAttributes>());

/// Pixels of a row in which a barycentric that is `at_left` at the first pixel and grows by `step` can be
/// inside.
inline void narrow(float at_left, float step, float& first, float& last) noexcept {
  constexpr float kMargin = 1.f;  // rounding
  if (step > 1e-12f)
    first = most(first, (kEdge - at_left) / step - kMargin);
  else if (step < -1e-12f)
    last = least(last, (kEdge - at_left) / step + kMargin);
}

}  // namespace

void raster_avx2(const RasterMesh& mesh, const RasterTarget& target) noexcept {
  const int count = target.attributes != nullptr && mesh.attributes != nullptr ? mesh.attribute_count : 0;
  const __m256 lanes = _mm256_setr_ps(.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f);
  const __m256i lane_index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256 edge = _mm256_set1_ps(kEdge), unit = _mm256_set1_ps(1);
  AttributePlanes planes{};
  for (std::size_t triangle = 0; triangle < mesh.triangle_count; ++triangle) {
    TriangleSetup t;
    if (!set_up(mesh, target, triangle, t)) continue;
    bool planes_ready = false;
    const std::int32_t id = mesh.first_id + static_cast<std::int32_t>(triangle);
    const __m256 w1_x = _mm256_set1_ps(t.w1_x), w2_x = _mm256_set1_ps(t.w2_x);
    const __m256 z0 = _mm256_set1_ps(t.z0), z1 = _mm256_set1_ps(t.z1), z2 = _mm256_set1_ps(t.z2);
    for (int y = t.top; y <= t.bottom; ++y) {
      const float dy = static_cast<float>(y) + .5f - t.y0;
      int left = t.left, right = t.right;
      if (right - left >= 16) {
        float first = 0, last = static_cast<float>(right - left);
        const float dx = static_cast<float>(left) + .5f - t.x0;
        const float w1 = t.w1_x * dx + t.w1_y * dy, w2 = t.w2_x * dx + t.w2_y * dy;
        narrow(w1, t.w1_x, first, last);
        narrow(w2, t.w2_x, first, last);
        narrow(1 - w1 - w2, -t.w1_x - t.w2_x, first, last);
        if (!(last >= first)) continue;
        right = left + static_cast<int>(last);
        left += static_cast<int>(first);
      }
      const __m256 w1_row = _mm256_set1_ps(t.w1_y * dy), w2_row = _mm256_set1_ps(t.w2_y * dy);
      for (int x = left; x <= right; x += 8) {
        const __m256 dx = _mm256_add_ps(_mm256_set1_ps(static_cast<float>(x) - t.x0), lanes);
        const __m256 w1 = _mm256_fmadd_ps(w1_x, dx, w1_row), w2 = _mm256_fmadd_ps(w2_x, dx, w2_row);
        const __m256 w0 = _mm256_sub_ps(_mm256_sub_ps(unit, w1), w2);
        const __m256 least_w = _mm256_min_ps(w0, _mm256_min_ps(w1, w2));
        __m256 inside = _mm256_cmp_ps(least_w, edge, _CMP_GE_OQ);
        inside = _mm256_and_ps(
            inside, _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(right - x + 1), lane_index)));
        if (_mm256_testz_ps(inside, inside)) continue;
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(y) * target.width + x;
        const __m256 z = _mm256_fmadd_ps(w2, z2, _mm256_fmadd_ps(w1, z1, z0));
        const __m256 there = _mm256_maskload_ps(target.depth + at, _mm256_castps_si256(inside));
        inside = _mm256_and_ps(inside, _mm256_cmp_ps(z, there, _CMP_GT_OQ));
        unsigned mask = static_cast<unsigned>(_mm256_movemask_ps(inside));
        if (mask == 0) continue;
        const __m256i chosen = _mm256_castps_si256(inside);
        _mm256_maskstore_ps(target.depth + at, chosen, z);
        if (target.id != nullptr) _mm256_maskstore_epi32(target.id + at, chosen, _mm256_set1_epi32(id));
        if (count == 0 && target.barycentric == nullptr) continue;
        alignas(32) float w1s[8], w2s[8];
        _mm256_store_ps(w1s, w1);
        _mm256_store_ps(w2s, w2);
        if (count > 0 && !planes_ready) {
          planes_ready = true;
          for (int k = 0; k < count; ++k) {
            planes.base[k] = t.a[k];
            planes.one[k] = t.b[k] - t.a[k];
            planes.two[k] = t.c[k] - t.a[k];
          }
        }
        if (count > 0)
          kWriters[static_cast<std::size_t>(count - 1)](planes, mask, w1s, w2s,
                                                        target.attributes + at * count);
        for (; target.barycentric != nullptr && mask != 0; mask &= mask - 1) {
          const int lane = __builtin_ctz(mask);
          target.barycentric[2 * (at + lane)] = w1s[lane];
          target.barycentric[2 * (at + lane) + 1] = w2s[lane];
        }
      }
    }
  }
}

}  // namespace parlante
#endif
