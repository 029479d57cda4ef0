// Film grain: seeded noise whose strength follows the photo's own noise by luma.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace parlante {

inline constexpr int kGrainTile = 512;                ///< side of the noise tile, which repeats without seam
inline constexpr int kGrainStride = kGrainTile + 16;  ///< its rows go on with their own beginning

/// Noise and its strength; made once.
struct Grain {
  /// kGrainTile rows of kGrainStride; standard deviation 32.
  std::vector<std::int8_t> tile;
  std::array<std::int32_t, 256> gain{};  ///< by luma: standard deviation · 128, at most 64 · 128
};
/// How a photo's grain looks in a frame of another size.
struct GrainForm {
  float amount = 1;   ///< of the photo's deviation
  float sigma = .6f;  ///< px: white noise blurred with this
};
/// `scale`: px of the frame a px of the photo; `sigma_px`: Avatar::grain_sigma. Noise of a photo that is
/// larger than the frame is averaged away with its pixels, fine noise more than coarse.
GrainForm grain_form(float sigma_px, float scale) noexcept;

/// `deviation`: standard deviation at luma 16, 48, ... 240 (Avatar::grain), times `amount` (>= 0).
Grain make_grain(std::uint64_t seed, const std::array<float, 8>& deviation, float amount, float sigma = .6f);

/// Where in the tile frame `index` starts: the same for the same seed and index.
struct GrainOffset {
  int x = 0, y = 0;
};
GrainOffset grain_offset(std::uint64_t seed, std::int64_t index) noexcept;

/// Adds luma noise to RGB8 in place. All kernels give the same bytes.
using GrainFn = void (*)(const Grain&, GrainOffset, std::uint8_t* rgb, int stride, int width,
                         int height) noexcept;
void grain_ref(const Grain&, GrainOffset, std::uint8_t*, int, int, int) noexcept;
void grain_avx2(const Grain&, GrainOffset, std::uint8_t*, int, int, int) noexcept;

}  // namespace parlante
