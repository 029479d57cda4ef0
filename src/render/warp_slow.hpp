// One sample at a time: the reference, and the borders of the fast kernels. Internal linkage: each kernel's
// file compiles it for its own instruction set.
#pragma once

#include <cstddef>

#include "render/warp.hpp"

namespace parlante {
namespace {

[[maybe_unused]] inline bool looks_nowhere(float u, float v) noexcept {
  // The far side keeps the conversion to int defined.
  return !(u > kNowhere && v > kNowhere && u < 1e6f && v < 1e6f);
}

inline int clamped(int value, int last) noexcept {
  return value < 0 ? 0 : value > last ? last : value;
}

inline int floor_of(float value) noexcept {
  const int i = static_cast<int>(value);
  return i - (static_cast<float>(i) > value ? 1 : 0);
}

inline const std::uint8_t* texel(const Texture& t, int x, int y) noexcept {
  return t.texels + static_cast<std::ptrdiff_t>(clamped(y, t.height - 1)) * t.stride +
         4 * static_cast<std::ptrdiff_t>(clamped(x, t.width - 1));
}

[[maybe_unused]] inline void sample_bilinear(const Texture& t, float u, float v, float* rgba) noexcept {
  const float x = u - t.origin_x - .5f, y = v - t.origin_y - .5f;
  const int i = floor_of(x), j = floor_of(y);
  const float fx = x - static_cast<float>(i), fy = y - static_cast<float>(j);
  const std::uint8_t *a = texel(t, i, j), *b = texel(t, i + 1, j), *c = texel(t, i, j + 1),
                     *d = texel(t, i + 1, j + 1);
  for (int k = 0; k < 4; ++k) {
    const float top = static_cast<float>(a[k]) + fx * static_cast<float>(b[k] - a[k]);
    const float bottom = static_cast<float>(c[k]) + fx * static_cast<float>(d[k] - c[k]);
    rgba[k] = top + fy * (bottom - top);
  }
}

/// Weights of the texels at -1, 0, 1, 2 for a place f in [0, 1) after texel 0 (Catmull-Rom).
inline void cubic_weights(float f, float* w) noexcept {
  w[0] = f * (-.5f + f * (1 - .5f * f));
  w[1] = 1 + f * f * (-2.5f + 1.5f * f);
  w[2] = f * (.5f + f * (2 - 1.5f * f));
  w[3] = f * f * (-.5f + .5f * f);
}

[[maybe_unused]] inline void sample_bicubic(const Texture& t, float u, float v, float* rgba) noexcept {
  const float x = u - t.origin_x - .5f, y = v - t.origin_y - .5f;
  const int i = floor_of(x), j = floor_of(y);
  float wx[4], wy[4];
  cubic_weights(x - static_cast<float>(i), wx);
  cubic_weights(y - static_cast<float>(j), wy);
  for (int k = 0; k < 4; ++k) rgba[k] = 0;
  for (int row = 0; row < 4; ++row)
    for (int column = 0; column < 4; ++column) {
      const std::uint8_t* p = texel(t, i + column - 1, j + row - 1);
      const float w = wy[row] * wx[column];
      for (int k = 0; k < 4; ++k) rgba[k] += w * static_cast<float>(p[k]);
    }
}

[[maybe_unused]] inline void store(const float* rgba, float* out) noexcept {
  for (int k = 0; k < 4; ++k) out[k] = rgba[k];
}
[[maybe_unused]] inline void store(const float* rgba, std::uint8_t* out) noexcept {
  for (int k = 0; k < 4; ++k) {
    const float value = rgba[k] < 0 ? 0 : rgba[k] > 255 ? 255 : rgba[k];
    out[k] = static_cast<std::uint8_t>(value + .5f);
  }
}

}  // namespace
}  // namespace parlante
