#include <algorithm>

#include "render/raster_setup.hpp"

namespace parlante {

void clear_raster(const RasterTarget& target) noexcept {
  const std::size_t pixels = static_cast<std::size_t>(target.width) * static_cast<std::size_t>(target.height);
  if (target.depth != nullptr) std::fill_n(target.depth, pixels, kRasterFar);
  if (target.id != nullptr) std::fill_n(target.id, pixels, -1);
}

void raster_ref(const RasterMesh& mesh, const RasterTarget& target) noexcept {
  const int count = target.attributes != nullptr && mesh.attributes != nullptr ? mesh.attribute_count : 0;
  for (std::size_t triangle = 0; triangle < mesh.triangle_count; ++triangle) {
    TriangleSetup t;
    if (!set_up(mesh, target, triangle, t)) continue;
    for_each_inside(t, [&](int x, int y, float w1, float w2, float z) {
      const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(y) * target.width + x;
      if (!(z > target.depth[i])) return;
      target.depth[i] = z;
      if (target.id != nullptr) target.id[i] = mesh.first_id + static_cast<std::int32_t>(triangle);
      if (target.barycentric != nullptr) {
        target.barycentric[2 * i] = w1;
        target.barycentric[2 * i + 1] = w2;
      }
      float* out = target.attributes + i * count;
      for (int k = 0; k < count; ++k) out[k] = attribute_at(t, k, w1, w2);
    });
  }
}

}  // namespace parlante
