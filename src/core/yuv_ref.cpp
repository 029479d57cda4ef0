#include "core/yuv_coefficients.hpp"

namespace parlante {

void yuv420_ref(const std::uint8_t* rgb, int stride, int width, int height, const YuvPlanes& out) noexcept {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      out.y[static_cast<std::ptrdiff_t>(y) * out.y_stride + x] =
          luma_of(rgb + static_cast<std::ptrdiff_t>(y) * stride + 3 * x);
  for (int y = 0; y < height; y += 2)
    for (int x = 0; x < width; x += 2) {
      const std::ptrdiff_t below = y + 1 < height ? stride : 0, beside = x + 1 < width ? 3 : 0;
      chroma_of(rgb + static_cast<std::ptrdiff_t>(y) * stride + 3 * x, below, beside,
                out.u[static_cast<std::ptrdiff_t>(y / 2) * out.u_stride + x / 2],
                out.v[static_cast<std::ptrdiff_t>(y / 2) * out.v_stride + x / 2]);
    }
}

}  // namespace parlante
