// The passes of the blur, shared by its kernels; `Rows` does arithmetic on whole rows. Internal linkage: each
// kernel's file compiles it for its own instruction set.
#pragma once

#include <cmath>
#include <cstddef>

#include "render/blur.hpp"

namespace parlante {
namespace {

constexpr int kMostTaps = 6;  // each side, of the exact kernel (3 sigma of 2 px)
constexpr float kWidestSigma = 4096;

struct ScalarRows {
  static void clear(float* out, int n) noexcept {
    for (int i = 0; i < n; ++i) out[i] = 0;
  }
  /// out += w·in
  static void add(const float* in, float w, float* out, int n) noexcept {
    for (int i = 0; i < n; ++i) out[i] += w * in[i];
  }
  /// sum += in - gone; out = sum·w
  static void slide(const float* in, const float* gone, float w, float* sum, float* out, int n) noexcept {
    for (int i = 0; i < n; ++i) {
      sum[i] += in[i] - gone[i];
      out[i] = sum[i] * w;
    }
  }
};

inline int within(int i, int n) noexcept {
  return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/// out = in transposed; in: width x height.
inline void transpose(const float* in, int in_stride, int width, int height, float* out,
                      int out_stride) noexcept {
  constexpr int kBlock = 8;
  for (int y0 = 0; y0 < height; y0 += kBlock)
    for (int x0 = 0; x0 < width; x0 += kBlock) {
      const int y1 = y0 + kBlock < height ? y0 + kBlock : height,
                x1 = x0 + kBlock < width ? x0 + kBlock : width;
      for (int x = x0; x < x1; ++x)
        for (int y = y0; y < y1; ++y)
          out[static_cast<std::ptrdiff_t>(x) * out_stride + y] =
              in[static_cast<std::ptrdiff_t>(y) * in_stride + x];
    }
}

/// Weighted mean of 2·radius + 1 rows, from `in` to `out` (rows `width` apart).
template <class Rows>
void down_exact(const float* in, int in_stride, float* out, int width, int height, const float* taps,
                int radius, Rows) noexcept {
  for (int y = 0; y < height; ++y) {
    float* here = out + static_cast<std::ptrdiff_t>(y) * width;
    Rows::clear(here, width);
    for (int k = -radius; k <= radius; ++k)
      Rows::add(in + static_cast<std::ptrdiff_t>(within(y + k, height)) * in_stride, taps[k < 0 ? -k : k],
                here, width);
  }
}

/// Mean of 2·radius + 1 rows, from `in` to `out` (rows `width` apart). `sum`: a row.
template <class Rows>
void down_box(const float* in, int in_stride, float* out, int width, int height, int radius, float* sum,
              Rows) noexcept {
  const auto row = [&](int y) { return in + static_cast<std::ptrdiff_t>(within(y, height)) * in_stride; };
  const float weight = 1.f / static_cast<float>(2 * radius + 1);
  // The window before the first row: rows -radius - 1 to radius - 1, of which those outside repeat the
  // border.
  Rows::clear(sum, width);
  Rows::add(row(0), static_cast<float>(radius + 1), sum, width);
  const int inside = radius < height ? radius : height;
  for (int y = 0; y < inside; ++y) Rows::add(row(y), 1, sum, width);
  if (radius > inside) Rows::add(row(height - 1), static_cast<float>(radius - inside), sum, width);
  for (int y = 0; y < height; ++y)
    Rows::slide(row(y + radius), row(y - radius - 1), weight, sum,
                out + static_cast<std::ptrdiff_t>(y) * width, width);
}

template <class Rows>
void blur(float* plane, int stride, int width, int height, float sigma, float* scratch, Rows rows) noexcept {
  if (width <= 0 || height <= 0 || !(sigma > .1f) || !(sigma < kWidestSigma)) return;
  const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(width) * height;
  float *a = scratch, *b = scratch + pixels;
  if (sigma < 2) {
    float taps[kMostTaps + 1] = {}, total = 0;
    const int radius = static_cast<int>(std::ceil(3 * sigma));
    for (int k = 0; k <= radius; ++k) {
      taps[k] = std::exp(-.5f * static_cast<float>(k * k) / (sigma * sigma));
      total += (k == 0 ? 1.f : 2.f) * taps[k];
    }
    for (int k = 0; k <= radius; ++k) taps[k] /= total;
    down_exact(plane, stride, a, width, height, taps, radius, rows);
    transpose(a, width, width, height, b, height);
    down_exact(b, height, a, height, width, taps, radius, rows);
    transpose(a, height, height, width, plane, stride);
    return;
  }
  // Three boxes of odd width, the first `narrow` of them 2 px narrower than the others (Kovesi 2010, section
  // II).
  const float variance = 12 * sigma * sigma;
  int small = static_cast<int>(std::sqrt(variance / 3 + 1));
  if (small % 2 == 0) --small;
  const int narrow =
      static_cast<int>(std::lround((variance - static_cast<float>(3 * small * small + 12 * small + 9)) /
                                   static_cast<float>(-4 * small - 4)));
  const auto radius = [&](int pass) { return (pass < narrow ? small : small + 2) / 2; };
  float* sum = b + pixels;
  down_box(plane, stride, a, width, height, radius(0), sum, rows);
  down_box(a, width, b, width, height, radius(1), sum, rows);
  down_box(b, width, a, width, height, radius(2), sum, rows);
  transpose(a, width, width, height, b, height);
  down_box(b, height, a, height, width, radius(0), sum, rows);
  down_box(a, height, b, height, width, radius(1), sum, rows);
  down_box(b, height, a, height, width, radius(2), sum, rows);
  transpose(a, height, height, width, plane, stride);
}

}  // namespace
}  // namespace parlante
