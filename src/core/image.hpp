// An owning picture: interleaved channels, rows without gaps, top row first. Colours are RGB or RGBA,
// sRGB-coded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parlante {

template <class T>
struct Image {
  int width = 0, height = 0, channels = 0;
  std::vector<T> pixels;  ///< height * width * channels values

  Image() = default;
  Image(int width_, int height_, int channels_, T fill = T{})
      : width(width_),
        height(height_),
        channels(channels_),
        pixels(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) *
                   static_cast<std::size_t>(channels_),
               fill) {}

  bool empty() const noexcept { return pixels.empty(); }
  std::size_t stride() const noexcept {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  T* row(int y) noexcept { return pixels.data() + static_cast<std::size_t>(y) * stride(); }
  const T* row(int y) const noexcept { return pixels.data() + static_cast<std::size_t>(y) * stride(); }
  T* at(int x, int y) noexcept {
    return row(y) + static_cast<std::size_t>(x) * static_cast<std::size_t>(channels);
  }
  const T* at(int x, int y) const noexcept {
    return row(y) + static_cast<std::size_t>(x) * static_cast<std::size_t>(channels);
  }
};

using ImageU8 = Image<std::uint8_t>;
using ImageF = Image<float>;

/// A rectangle of whole pixels.
struct PixelRect {
  int x = 0, y = 0, width = 0, height = 0;
};

}  // namespace parlante
