// The avatar's layers, scaled once to what one output size samples from.
#pragma once

#include "avatar/avatar.hpp"
#include "render/warp.hpp"

namespace parlante {

/// The foreground at two sharpnesses in one plane of texture px (photo px · scale). `fine` is sampled by
/// regions that are drawn at twice the output's size; `coarse` by the frame itself: it is fine averaged over
/// 2 x 2 texels about each texel corner, so that one bilinear sample of it equals the mean of the four fine
/// samples of an output pixel.
struct ForegroundTexture {
  float scale = 1;       ///< texture px per photo px
  int pad_top = 0;       ///< texture rows above the picture
  ImageU8 fine, coarse;  ///< RGBA; coarse is empty where the output is not much smaller than the texture

  Texture fine_view() const noexcept;
  Texture coarse_view() const noexcept;
};

/// For frames of `size` px a side. Allocates.
ForegroundTexture prepare_foreground(const Avatar& avatar, int size);

/// Bilinear RGB of a patch at photo px (u, v), clamped to its border, times `gain`, into rgb[0..2].
inline void sample_patch(const Patch& patch, float u, float v, float* rgb) noexcept {
  const int width = patch.texels.width, height = patch.texels.height;
  float x = u - static_cast<float>(patch.rect.x) - .5f, y = v - static_cast<float>(patch.rect.y) - .5f;
  x = x < 0 ? 0 : x > static_cast<float>(width - 1) ? static_cast<float>(width - 1) : x;
  y = y < 0 ? 0 : y > static_cast<float>(height - 1) ? static_cast<float>(height - 1) : y;
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  const std::uint8_t* a = patch.texels.at(x0, y0);
  const std::uint8_t* b = x0 + 1 < width ? a + 3 : a;
  const std::size_t down = y0 + 1 < height ? patch.texels.stride() : 0;
  for (int c = 0; c < 3; ++c) {
    const float top = static_cast<float>(a[c]) + fx * (static_cast<float>(b[c]) - static_cast<float>(a[c]));
    const float low = static_cast<float>(a[down + static_cast<std::size_t>(c)]);
    const float bottom = low + fx * (static_cast<float>(b[down + static_cast<std::size_t>(c)]) - low);
    rgb[c] = top + fy * (bottom - top);
  }
}

}  // namespace parlante
