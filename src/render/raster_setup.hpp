// Set-up of one triangle, shared by the raster kernels. Internal linkage throughout: each kernel's file
// compiles it for its own instruction set.
#pragma once

#include "render/raster.hpp"

namespace parlante {
namespace {

constexpr float kFarthestPx = 100000.f;
constexpr float kLeastArea = 1e-9f;
constexpr float kSlack = .002f;  // px: what rounding may do to the bounds
constexpr float kEdge = -1e-5f;  // barycentrics from here are inside: no gaps along shared edges

/// w1 = w1_x·(x - x0) + w1_y·(y - y0) for the pixel centre (x, y), w2 likewise, w0 = 1 - w1 - w2;
/// z = z0 + w1·z1 + w2·z2.
struct TriangleSetup {
  float x0, y0, w1_x, w1_y, w2_x, w2_y, z0, z1, z2;
  int left, right, top, bottom;                          // pixels, both ends included
  const float *a = nullptr, *b = nullptr, *c = nullptr;  // attributes
};

inline float least(float a, float b) noexcept {
  return a < b ? a : b;
}
inline float most(float a, float b) noexcept {
  return a > b ? a : b;
}

/// The first pixel (>= 0) at or after a place; centres at whole numbers.
inline int first_centre(float place) noexcept {
  if (!(place > kSlack)) return 0;
  const float from = place - kSlack;
  const int i = static_cast<int>(from);
  return i + (static_cast<float>(i) < from ? 1 : 0);
}

/// False when the triangle is to be left out or touches no pixel of the target.
inline bool set_up(const RasterMesh& mesh, const RasterTarget& target, std::size_t triangle,
                   TriangleSetup& out) noexcept {
  const std::int32_t* t = mesh.triangles + 3 * triangle;
  float x[3], y[3], z[3];
  for (int k = 0; k < 3; ++k) {
    const float* p = mesh.xy + static_cast<std::ptrdiff_t>(t[k]) * mesh.xy_stride;
    if (!(p[0] > -kFarthestPx && p[0] < kFarthestPx && p[1] > -kFarthestPx && p[1] < kFarthestPx))
      return false;
    x[k] = (p[0] - target.offset_x) * target.scale;
    y[k] = (p[1] - target.offset_y) * target.scale;
    z[k] = mesh.z[static_cast<std::ptrdiff_t>(t[k]) * mesh.z_stride];
  }
  // Rows and columns whose centres can be inside; NaN in z makes every depth test fail by itself.
  const float least_x = least(x[0], least(x[1], x[2])) - .5f, most_x = most(x[0], most(x[1], x[2])) - .5f;
  const float least_y = least(y[0], least(y[1], y[2])) - .5f, most_y = most(y[0], most(y[1], y[2])) - .5f;
  if (!(most_x >= -1 && most_y >= -1 && least_x <= static_cast<float>(target.width) &&
        least_y <= static_cast<float>(target.height)))
    return false;
  const float area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
  if (!(area > kLeastArea || area < -kLeastArea)) return false;
  if (mesh.cull == Cull::clockwise && area > 0) return false;
  if (mesh.cull == Cull::counter_clockwise && area < 0) return false;
  out.left = first_centre(least_x);
  out.top = first_centre(least_y);
  const float last_x = static_cast<float>(target.width - 1), last_y = static_cast<float>(target.height - 1);
  if (most_x < -kSlack || most_y < -kSlack) return false;
  out.right = static_cast<int>(least(most_x + kSlack, last_x));
  out.bottom = static_cast<int>(least(most_y + kSlack, last_y));
  if (out.right < out.left || out.bottom < out.top) return false;
  const float inverse = 1 / area;
  out.x0 = x[0];
  out.y0 = y[0];
  out.w1_x = (y[2] - y[0]) * inverse;
  out.w1_y = -(x[2] - x[0]) * inverse;
  out.w2_x = -(y[1] - y[0]) * inverse;
  out.w2_y = (x[1] - x[0]) * inverse;
  out.z0 = z[0];
  out.z1 = z[1] - z[0];
  out.z2 = z[2] - z[0];
  if (mesh.attributes != nullptr) {
    out.a = mesh.attributes + static_cast<std::ptrdiff_t>(t[0]) * mesh.attribute_count;
    out.b = mesh.attributes + static_cast<std::ptrdiff_t>(t[1]) * mesh.attribute_count;
    out.c = mesh.attributes + static_cast<std::ptrdiff_t>(t[2]) * mesh.attribute_count;
  }
  return true;
}

/// Calls pixel(x, y, w1, w2, z) for each pixel centre inside, row by row: the meaning of every raster kernel.
template <class Pixel>
inline void for_each_inside(const TriangleSetup& t, const Pixel& pixel) noexcept {
  for (int y = t.top; y <= t.bottom; ++y)
    for (int x = t.left; x <= t.right; ++x) {
      const float dx = static_cast<float>(x) + .5f - t.x0, dy = static_cast<float>(y) + .5f - t.y0;
      const float w1 = t.w1_x * dx + t.w1_y * dy, w2 = t.w2_x * dx + t.w2_y * dy, w0 = 1 - w1 - w2;
      if (w0 < kEdge || w1 < kEdge || w2 < kEdge) continue;
      pixel(x, y, w1, w2, t.z0 + w1 * t.z1 + w2 * t.z2);
    }
}

/// Attribute k where the barycentrics are w1 and w2.
inline float attribute_at(const TriangleSetup& t, int k, float w1, float w2) noexcept {
  return t.a[k] + w1 * (t.b[k] - t.a[k]) + w2 * (t.c[k] - t.a[k]);
}

}  // namespace
}  // namespace parlante
