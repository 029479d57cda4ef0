#include <cstddef>

#include "render/resample.hpp"

namespace parlante {

void halve_f32_ref(const float* in, int in_stride, float* out, int out_stride, int width,
                   int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const float *a = in + static_cast<std::ptrdiff_t>(2 * y) * in_stride, *b = a + in_stride;
    float* o = out + static_cast<std::ptrdiff_t>(y) * out_stride;
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < 4; ++k)
        o[4 * x + k] = .25f * (a[8 * x + k] + a[8 * x + 4 + k] + b[8 * x + k] + b[8 * x + 4 + k]);
  }
}

void halve_u8_ref(const std::uint8_t* in, int in_stride, std::uint8_t* out, int out_stride, int width,
                  int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const std::uint8_t *a = in + static_cast<std::ptrdiff_t>(2 * y) * in_stride, *b = a + in_stride;
    std::uint8_t* o = out + static_cast<std::ptrdiff_t>(y) * out_stride;
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < 4; ++k)
        o[4 * x + k] = static_cast<std::uint8_t>(
            (a[8 * x + k] + a[8 * x + 4 + k] + b[8 * x + k] + b[8 * x + 4 + k] + 2) >> 2);
  }
}

void halve_plane_ref(const float* in, int in_stride, float* out, int out_stride, int width,
                     int height) noexcept {
  for (int y = 0; y < height; ++y) {
    const float *a = in + static_cast<std::ptrdiff_t>(2 * y) * in_stride, *b = a + in_stride;
    for (int x = 0; x < width; ++x)
      out[static_cast<std::ptrdiff_t>(y) * out_stride + x] =
          .25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
  }
}

}  // namespace parlante
