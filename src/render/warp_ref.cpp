#include <algorithm>
#include <cmath>

#include "render/warp.hpp"
#include "render/warp_slow.hpp"

namespace parlante {
namespace {

template <class Sample, class T>
void warp(const Texture& texture, const WarpMap& map, int width, int height, T* out, int stride,
          Sample sample) noexcept {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::ptrdiff_t at =
          static_cast<std::ptrdiff_t>(y) * map.row + static_cast<std::ptrdiff_t>(x) * map.step;
      float rgba[4];
      if (looks_nowhere(map.u[at], map.v[at]))
        rgba[0] = rgba[1] = rgba[2] = rgba[3] = 0;
      else
        sample(texture, map.u[at], map.v[at], rgba);
      store(rgba, out + static_cast<std::ptrdiff_t>(y) * stride + 4 * static_cast<std::ptrdiff_t>(x));
    }
}

std::uint8_t rounded(float value) noexcept {
  return static_cast<std::uint8_t>(std::clamp(value, 0.f, 255.f) + .5f);
}

}  // namespace

void warp_bilinear_u8_ref(const Texture& t, const WarpMap& m, int width, int height, std::uint8_t* out,
                          int stride) noexcept {
  warp(t, m, width, height, out, stride, sample_bilinear);
}
void warp_bilinear_f32_ref(const Texture& t, const WarpMap& m, int width, int height, float* out,
                           int stride) noexcept {
  warp(t, m, width, height, out, stride, sample_bilinear);
}
void warp_bicubic_u8_ref(const Texture& t, const WarpMap& m, int width, int height, std::uint8_t* out,
                         int stride) noexcept {
  warp(t, m, width, height, out, stride, sample_bicubic);
}
void warp_bicubic_f32_ref(const Texture& t, const WarpMap& m, int width, int height, float* out,
                          int stride) noexcept {
  warp(t, m, width, height, out, stride, sample_bicubic);
}

void over_plate_ref(const OverPlate& o, int width, int height) noexcept {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::uint8_t* layer = o.layer + static_cast<std::ptrdiff_t>(y) * o.layer_stride + 4 * x;
      const std::uint8_t* plate = o.plate + static_cast<std::ptrdiff_t>(y) * o.plate_stride + 3 * x;
      std::uint8_t* out = o.out + static_cast<std::ptrdiff_t>(y) * o.out_stride + 3 * x;
      const float shade = o.shade == nullptr ? 1.f
                                             : o.shade[static_cast<std::ptrdiff_t>(y) * o.shade_row +
                                                       static_cast<std::ptrdiff_t>(x) * o.shade_step];
      float alpha = static_cast<float>(layer[3]) / 255.f;
      if (o.floor != nullptr)
        alpha = std::max(alpha, std::min(o.floor[static_cast<std::ptrdiff_t>(y) * o.floor_row +
                                                 static_cast<std::ptrdiff_t>(x) * o.floor_step],
                                         1.f));
      for (int k = 0; k < 3; ++k) {
        const float back = plate[k];
        out[k] = rounded(back + alpha * (static_cast<float>(layer[k]) * shade - back));
      }
    }
}

void blend_ref(const float* layer, int layer_stride, std::uint8_t* rgb, int rgb_stride, int width,
               int height) noexcept {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float* in = layer + static_cast<std::ptrdiff_t>(y) * layer_stride + 4 * x;
      std::uint8_t* out = rgb + static_cast<std::ptrdiff_t>(y) * rgb_stride + 3 * x;
      for (int k = 0; k < 3; ++k) out[k] = rounded(static_cast<float>(out[k]) * (1 - in[3]) + in[k]);
    }
}

void blend_mask_ref(const std::uint8_t* rgba, int rgba_stride, const float* mask, int mask_stride,
                    std::uint8_t* rgb, int rgb_stride, int width, int height) noexcept {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::uint8_t* in = rgba + static_cast<std::ptrdiff_t>(y) * rgba_stride + 4 * x;
      std::uint8_t* out = rgb + static_cast<std::ptrdiff_t>(y) * rgb_stride + 3 * x;
      const float m = mask[static_cast<std::ptrdiff_t>(y) * mask_stride + x];
      for (int k = 0; k < 3; ++k) {
        const float back = out[k];
        out[k] = rounded(back + m * (static_cast<float>(in[k]) - back));
      }
    }
}

}  // namespace parlante
