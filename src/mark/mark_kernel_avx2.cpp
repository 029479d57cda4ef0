#include "mark/mark_kernel.hpp"

#if defined(__AVX2__)
#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace parlante {
namespace {

/// The dither of a block, a value for each channel, in the shape of two registers.
template <int channels>
struct DitherRows {
  alignas(32) std::array<std::array<std::int16_t, 32>, kMarkBlock> row{};
  constexpr DitherRows() {
    for (int y = 0; y < kMarkBlock; ++y)
      for (int i = 0; i < channels * kMarkBlock; ++i)
        row[static_cast<std::size_t>(y)][static_cast<std::size_t>(i)] =
            static_cast<std::int16_t>(mark_dither(y, i / channels));
  }
};
template <int channels>
constexpr DitherRows<channels> kDither;

inline __m256i load(const void* p) noexcept {
  return _mm256_loadu_si256(static_cast<const __m256i*>(p));
}

/// The first `count` bytes of a register.
inline __m256i first_bytes(int count) noexcept {
  alignas(32) std::array<std::uint8_t, 32> bytes{};
  std::fill_n(bytes.begin(), count, std::uint8_t{255});
  return load(bytes.data());
}

template <int channels>
int block_differences(const std::uint8_t* pixels, int stride) noexcept {
  const __m256i across = first_bytes(channels * (kMarkBlock - 1)), down = first_bytes(channels * kMarkBlock);
  __m256i sum = _mm256_setzero_si256(), above = load(pixels);
  for (int k = 0; k < kMarkBlock; ++k) {
    const __m256i right = load(pixels + static_cast<std::ptrdiff_t>(k) * stride + channels);
    sum = _mm256_add_epi64(sum,
                           _mm256_sad_epu8(_mm256_and_si256(above, across), _mm256_and_si256(right, across)));
    if (k + 1 == kMarkBlock) break;
    const __m256i row = load(pixels + static_cast<std::ptrdiff_t>(k + 1) * stride);
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(_mm256_and_si256(above, down), _mm256_and_si256(row, down)));
    above = row;
  }
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  return _mm_cvtsi128_si32(half) + _mm_extract_epi32(half, 2);
}

inline __m256i marked(__m128i pixels, __m128i values, __m256i strength, __m256i dither) noexcept {
  const __m256i product = _mm256_mullo_epi16(_mm256_cvtepi8_epi16(values), strength);
  return _mm256_add_epi16(_mm256_cvtepu8_epi16(pixels),
                          _mm256_srai_epi16(_mm256_add_epi16(product, dither), 12));
}

template <int channels>
void add_mark(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  for (int y = 0; y < picture.height; y += kMarkBlock) {
    int x = 0;
    // A wide block reads up to 12 bytes past its own: two whole blocks must follow it in the row.
    const int end = picture.height - y >= kMarkBlock ? picture.width - 3 * kMarkBlock : -1;
    for (; x <= end; x += kMarkBlock) {
      std::uint8_t* p = picture.pixels + static_cast<std::ptrdiff_t>(y) * picture.stride +
                        static_cast<std::ptrdiff_t>(channels) * x;
      const __m256i strength = _mm256_set1_epi16(
          static_cast<std::int16_t>(mark_strength(block_differences<channels>(p, picture.stride))));
      const std::int8_t* values =
          tile.values + channels * (static_cast<std::ptrdiff_t>(y % tile.side) * tile.side + x % tile.side);
      for (int k = 0; k < kMarkBlock; ++k, p += picture.stride, values += channels * tile.side) {
        const __m256i pixels = load(p), chips = load(values);
        const std::int16_t* dither = kDither<channels>.row[static_cast<std::size_t>(k)].data();
        const __m256i low = marked(_mm256_castsi256_si128(pixels), _mm256_castsi256_si128(chips), strength,
                                   load(dither)),
                      high = marked(_mm256_extracti128_si256(pixels, 1), _mm256_extracti128_si256(chips, 1),
                                    strength, load(dither + 16));
        const __m256i out = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), 0xd8);
        if constexpr (channels == 4) {
          _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), out);
        } else {
          _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(out));
          _mm_storel_epi64(reinterpret_cast<__m128i*>(p + 16), _mm256_extracti128_si256(out, 1));
        }
      }
    }
    for (; x < picture.width; x += kMarkBlock) add_mark_block(tile, picture, x, y);
  }
}

}  // namespace

void add_mark_avx2(const MarkTileView& tile, const MarkedPicture& picture) noexcept {
  if (tile.channels == 4)
    add_mark<4>(tile, picture);
  else
    add_mark<3>(tile, picture);
}

}  // namespace parlante
#endif
