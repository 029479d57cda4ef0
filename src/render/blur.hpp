// Gaussian blur of a float mask in place.
#pragma once

#include <cstddef>

namespace parlante {

/// Floats of scratch that blur needs.
inline std::size_t blur_scratch_size(int width, int height) noexcept {
  return 2 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height) +
         static_cast<std::size_t>(width > height ? width : height);
}
/// Blurs a plane of width x height (`stride` floats a row) with a Gaussian of `sigma` px; borders are
/// continued. Below 2 px exactly, above by three boxes (P. Kovesi, "Fast almost-Gaussian filtering", DICTA
/// 2010). sigma <= 0.1: nothing happens. `scratch`: blur_scratch_size floats.
using BlurFn = void (*)(float* plane, int stride, int width, int height, float sigma,
                        float* scratch) noexcept;
void blur_ref(float*, int, int, int, float, float*) noexcept;
void blur_avx2(float*, int, int, int, float, float*) noexcept;

}  // namespace parlante
