#include "render/layer_texture.hpp"

#include <algorithm>
#include <cmath>

#include "render/resample.hpp"

namespace parlante {
namespace {

Texture view(const ImageU8& image, float origin_x, float origin_y) noexcept {
  return {
      image.pixels.data(), image.width, image.height, static_cast<int>(image.stride()), origin_x, origin_y};
}

// Means about each texel corner: texel (i, j) of the result is centred on corner (i, j). Colours are weighed
// by alpha.
ImageU8 corner_means(const ImageU8& fine) {
  ImageU8 means(fine.width + 1, fine.height + 1, 4);
  for (int y = 0; y <= fine.height; ++y)
    for (int x = 0; x <= fine.width; ++x) {
      int colour[3] = {}, plain[3] = {}, alpha = 0;
      for (int k = 0; k < 4; ++k) {
        const std::uint8_t* p =
            fine.at(std::clamp(x - k % 2, 0, fine.width - 1), std::clamp(y - k / 2, 0, fine.height - 1));
        for (int c = 0; c < 3; ++c) colour[c] += p[c] * p[3], plain[c] += p[c];
        alpha += p[3];
      }
      std::uint8_t* out = means.at(x, y);
      for (int c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(alpha > 0 ? (colour[c] + alpha / 2) / alpha : (plain[c] + 2) / 4);
      out[3] = static_cast<std::uint8_t>((alpha + 2) / 4);
    }
  return means;
}

}  // namespace

Texture ForegroundTexture::fine_view() const noexcept {
  return view(fine, 0, static_cast<float>(-pad_top));
}

Texture ForegroundTexture::coarse_view() const noexcept {
  return coarse.empty() ? fine_view() : view(coarse, -.5f, -.5f - static_cast<float>(pad_top));
}

ForegroundTexture prepare_foreground(const Avatar& avatar, int size) {
  ForegroundTexture texture;
  const float wanted = 2.f * static_cast<float>(size) / static_cast<float>(avatar.size);
  if (wanted >= 1) {
    texture.fine = to_rgba(avatar.foreground);
    texture.pad_top = avatar.pad_top;
  } else {
    // The rows above the picture must stay whole texels: the plane's scale is exact, the padding is cut to
    // fit.
    texture.scale = wanted;
    texture.pad_top = static_cast<int>(std::floor(static_cast<float>(avatar.pad_top) * wanted));
    const int kept = static_cast<int>(std::lround(static_cast<float>(texture.pad_top) / wanted));
    ImageU8 cut(avatar.size, avatar.size + kept, 4);
    const ImageU8 rgba = to_rgba(avatar.foreground);
    std::copy(rgba.row(avatar.pad_top - kept), rgba.row(avatar.pad_top - kept) + cut.pixels.size(),
              cut.pixels.begin());
    texture.fine = resize_picture(cut, 2 * size, 2 * size + texture.pad_top);
  }
  const float texels_per_pixel = static_cast<float>(avatar.size) * texture.scale / static_cast<float>(size);
  if (texels_per_pixel > 1.5f) texture.coarse = corner_means(texture.fine);
  return texture;
}

}  // namespace parlante
