// Changing the size of pictures: halving for supersampled regions in every frame, any size at set-up.
#pragma once

#include <cstdint>

#include "core/image.hpp"

namespace parlante {

/// Means of 2 x 2 px: `in` is 2·width x 2·height, `out` width x height, both interleaved RGBA; strides in
/// elements.
using HalveF32Fn = void (*)(const float* in, int in_stride, float* out, int out_stride, int width,
                            int height) noexcept;
using HalveU8Fn = void (*)(const std::uint8_t* in, int in_stride, std::uint8_t* out, int out_stride,
                           int width, int height) noexcept;
void halve_f32_ref(const float*, int, float*, int, int, int) noexcept;
void halve_f32_avx2(const float*, int, float*, int, int, int) noexcept;
void halve_u8_ref(const std::uint8_t*, int, std::uint8_t*, int, int, int) noexcept;
void halve_u8_avx2(const std::uint8_t*, int, std::uint8_t*, int, int, int) noexcept;
/// The same for one plane of float.
using HalvePlaneFn = void (*)(const float* in, int in_stride, float* out, int out_stride, int width,
                              int height) noexcept;
void halve_plane_ref(const float*, int, float*, int, int, int) noexcept;
void halve_plane_avx2(const float*, int, float*, int, int, int) noexcept;

/// Set-up only (allocates): area mean where smaller, bilinear where larger, each axis by itself. Alpha of
/// RGBA weighs its colour, so that colours hidden under alpha 0 do not bleed. width, height >= 1.
ImageU8 resize_picture(const ImageU8& picture, int width, int height);
/// Set-up only: RGBA of an RGB picture, alpha 255; RGBA is copied.
ImageU8 to_rgba(const ImageU8& picture);

}  // namespace parlante
