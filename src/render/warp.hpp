// Sampling a texture at per-pixel places, and laying layers over one another.
#pragma once

#include <cstdint>

namespace parlante {

/// RGBA8. Texel (i, j) covers [origin_x + i, origin_x + i + 1) x [origin_y + j, ...): its centre is at +.5.
/// Places outside are clamped to the border texels (bicubic too).
struct Texture {
  const std::uint8_t* texels = nullptr;
  int width = 0, height = 0;
  int stride = 0;  ///< bytes a row
  float origin_x = 0, origin_y = 0;
};

/// Where each pixel looks: u at u[y * row + x * step], v likewise; px of the texture's plane. A place with
/// u <= kNowhere (or not a number) gives 0, 0, 0, 0.
struct WarpMap {
  const float* u = nullptr;
  const float* v = nullptr;
  int step = 1;  ///< floats between neighbours (attribute_count of a raster target)
  int row = 0;   ///< floats between rows
};
inline constexpr float kNowhere = -4000.f;

/// Writes width x height RGBA; `stride` in elements a row. Float output is 0..255 like the texels (bicubic
/// may overshoot), u8 output is rounded and clamped.
using WarpU8Fn = void (*)(const Texture&, const WarpMap&, int width, int height, std::uint8_t* out,
                          int stride) noexcept;
using WarpF32Fn = void (*)(const Texture&, const WarpMap&, int width, int height, float* out,
                           int stride) noexcept;

void warp_bilinear_u8_ref(const Texture&, const WarpMap&, int, int, std::uint8_t*, int) noexcept;
void warp_bilinear_u8_avx2(const Texture&, const WarpMap&, int, int, std::uint8_t*, int) noexcept;
void warp_bilinear_f32_ref(const Texture&, const WarpMap&, int, int, float*, int) noexcept;
void warp_bilinear_f32_avx2(const Texture&, const WarpMap&, int, int, float*, int) noexcept;
/// Catmull-Rom.
void warp_bicubic_u8_ref(const Texture&, const WarpMap&, int, int, std::uint8_t*, int) noexcept;
void warp_bicubic_u8_avx2(const Texture&, const WarpMap&, int, int, std::uint8_t*, int) noexcept;
void warp_bicubic_f32_ref(const Texture&, const WarpMap&, int, int, float*, int) noexcept;
void warp_bicubic_f32_avx2(const Texture&, const WarpMap&, int, int, float*, int) noexcept;

/// out = plate·(1-a) + layer·shade·a for every pixel, a = max(layer's alpha/255, floor).
struct OverPlate {
  const std::uint8_t* layer = nullptr;  ///< RGBA, not premultiplied
  int layer_stride = 0;                 ///< bytes
  const float* shade = nullptr;         ///< factor at shade[y * shade_row + x * shade_step]; null: 1
  int shade_step = 1, shade_row = 0;
  const float* floor = nullptr;  ///< least alpha 0..1, same layout idea; null: 0
  int floor_step = 1, floor_row = 0;
  const std::uint8_t* plate = nullptr;  ///< RGB; may be `out`
  int plate_stride = 0;
  std::uint8_t* out = nullptr;  ///< RGB
  int out_stride = 0;
};
using OverPlateFn = void (*)(const OverPlate&, int width, int height) noexcept;
void over_plate_ref(const OverPlate&, int, int) noexcept;
void over_plate_avx2(const OverPlate&, int, int) noexcept;

/// picture = picture·(1-a) + rgb: `layer` is premultiplied float RGBA, rgb 0..255, a 0..1 (rgb 0 darkens).
/// Strides in elements a row.
using BlendFn = void (*)(const float* layer, int layer_stride, std::uint8_t* rgb, int rgb_stride, int width,
                         int height) noexcept;
void blend_ref(const float*, int, std::uint8_t*, int, int, int) noexcept;
void blend_avx2(const float*, int, std::uint8_t*, int, int, int) noexcept;

/// picture = picture·(1-m) + rgba·m with a mask of its own (0..1); the layer's alpha is not looked at.
using BlendMaskFn = void (*)(const std::uint8_t* rgba, int rgba_stride, const float* mask, int mask_stride,
                             std::uint8_t* rgb, int rgb_stride, int width, int height) noexcept;
void blend_mask_ref(const std::uint8_t*, int, const float*, int, std::uint8_t*, int, int, int) noexcept;
void blend_mask_avx2(const std::uint8_t*, int, const float*, int, std::uint8_t*, int, int, int) noexcept;

}  // namespace parlante
