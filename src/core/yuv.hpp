// RGB8 to planar 4:2:0, BT.709, limited range (ITU-R BT.709-6, table 3 and 4).
#pragma once

#include <cstdint>

namespace parlante {

/// Planes of a 4:2:0 picture; chroma planes are (width+1)/2 x (height+1)/2. Strides in bytes.
struct YuvPlanes {
  std::uint8_t *y = nullptr, *u = nullptr, *v = nullptr;
  int y_stride = 0, u_stride = 0, v_stride = 0;
};
/// Chroma is the mean of 2 x 2 px. All kernels give the same bytes.
using YuvFn = void (*)(const std::uint8_t* rgb, int stride, int width, int height,
                       const YuvPlanes& out) noexcept;
void yuv420_ref(const std::uint8_t*, int, int, int, const YuvPlanes&) noexcept;
void yuv420_avx2(const std::uint8_t*, int, int, int, const YuvPlanes&) noexcept;
/// The fastest that this CPU has.
YuvFn fast_yuv420() noexcept;

}  // namespace parlante
