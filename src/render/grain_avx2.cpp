#include "render/grain.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <cstddef>

#include "core/rgb_planes_avx2.hpp"

namespace parlante {
namespace {

inline __m128i add_to(__m128i channel, __m256i delta) noexcept {
  const __m256i sum = _mm256_add_epi16(_mm256_cvtepu8_epi16(channel), delta);
  return _mm_packus_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
}

/// Eight gains for the lumas in eight 16-bit lanes.
inline __m256i gains_of(const std::int32_t* gain, __m128i luma) noexcept {
  return _mm256_i32gather_epi32(gain, _mm256_cvtepu16_epi32(luma), 4);
}

}  // namespace

void grain_avx2(const Grain& grain, GrainOffset offset, std::uint8_t* rgb, int stride, int width,
                int height) noexcept {
  const std::int32_t* gain = grain.gain.data();
  const __m256i half = _mm256_set1_epi16(128);
  for (int y = 0; y < height; ++y) {
    const std::int8_t* noise =
        grain.tile.data() + static_cast<std::ptrdiff_t>((y + offset.y) & (kGrainTile - 1)) * kGrainStride;
    std::uint8_t* row = rgb + static_cast<std::ptrdiff_t>(y) * stride;
    int x = 0;
    for (; x + 16 <= width; x += 16) {
      std::uint8_t* p = row + 3 * static_cast<std::ptrdiff_t>(x);
      const RgbPlanes in = load_rgb16(p);
      __m256i luma = _mm256_mullo_epi16(_mm256_cvtepu8_epi16(in.r), _mm256_set1_epi16(54));
      luma = _mm256_add_epi16(luma, _mm256_mullo_epi16(_mm256_cvtepu8_epi16(in.g), _mm256_set1_epi16(183)));
      luma = _mm256_add_epi16(luma, _mm256_mullo_epi16(_mm256_cvtepu8_epi16(in.b), _mm256_set1_epi16(19)));
      luma = _mm256_srli_epi16(_mm256_add_epi16(luma, half), 8);
      const __m256i first = gains_of(gain, _mm256_castsi256_si128(luma)),
                    second = gains_of(gain, _mm256_extracti128_si256(luma, 1));
      const __m256i gains = _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xd8);
      const __m128i bytes =
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(noise + ((x + offset.x) & (kGrainTile - 1))));
      const __m256i delta = _mm256_mulhrs_epi16(_mm256_slli_epi16(_mm256_cvtepi8_epi16(bytes), 3), gains);
      store_rgb16({add_to(in.r, delta), add_to(in.g, delta), add_to(in.b, delta)}, p);
    }
    for (; x < width; ++x) {
      std::uint8_t* p = row + 3 * static_cast<std::ptrdiff_t>(x);
      const int luma = (54 * p[0] + 183 * p[1] + 19 * p[2] + 128) >> 8;
      const int delta = (8 * noise[(x + offset.x) & (kGrainTile - 1)] * gain[luma] + (1 << 14)) >> 15;
      for (int k = 0; k < 3; ++k) {
        const int value = p[k] + delta;
        p[k] = static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
      }
    }
  }
}

}  // namespace parlante
#endif
