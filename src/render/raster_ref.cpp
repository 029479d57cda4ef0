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
    for (int y = t.top; y <= t.bottom; ++y)
      for (int x = t.left; x <= t.right; ++x) {
        const float dx = static_cast<float>(x) + .5f - t.x0, dy = static_cast<float>(y) + .5f - t.y0;
        const float w1 = t.w1_x * dx + t.w1_y * dy, w2 = t.w2_x * dx + t.w2_y * dy, w0 = 1 - w1 - w2;
        if (w0 < kEdge || w1 < kEdge || w2 < kEdge) continue;
        const float z = t.z0 + w1 * t.z1 + w2 * t.z2;
        const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(y) * target.width + x;
        if (!(z > target.depth[i])) continue;
        target.depth[i] = z;
        if (target.id != nullptr) target.id[i] = mesh.first_id + static_cast<std::int32_t>(triangle);
        if (target.barycentric != nullptr) {
          target.barycentric[2 * i] = w1;
          target.barycentric[2 * i + 1] = w2;
        }
        float* out = target.attributes + i * count;
        for (int k = 0; k < count; ++k) out[k] = t.a[k] + w1 * (t.b[k] - t.a[k]) + w2 * (t.c[k] - t.a[k]);
      }
  }
}

}  // namespace parlante
