#include "render/blur_passes.hpp"

namespace parlante {

void blur_ref(float* plane, int stride, int width, int height, float sigma, float* scratch) noexcept {
  blur(plane, stride, width, height, sigma, scratch, ScalarRows{});
}

}  // namespace parlante
