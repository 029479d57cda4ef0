// Triangles into a z-buffer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parlante {

inline constexpr float kRasterFar = -1e30f;  ///< value of an empty depth buffer
inline constexpr int kMaxAttributes = 16;

enum class Cull {
  none,
  clockwise,
  counter_clockwise
};  ///< which windings, as seen in the picture (y down), are left out

/// Vertices of all triangles. Positions are px of the picture; z is larger = nearer.
struct RasterMesh {
  const float* xy = nullptr;  ///< x of vertex i at xy[i * xy_stride], y after it
  int xy_stride = 2;
  const float* z = nullptr;  ///< at z[i * z_stride]
  int z_stride = 1;
  const float* attributes = nullptr;        ///< attribute_count floats a vertex; may be null
  int attribute_count = 0;                  ///< at most kMaxAttributes
  const std::int32_t* triangles = nullptr;  ///< three vertex indices each
  std::size_t triangle_count = 0;
  std::int32_t first_id = 0;  ///< id of triangle 0
  Cull cull = Cull::none;
};

/// Buffers of width x height, rows without gaps; null ones are not written (depth is needed).
/// Buffer px = (picture px - offset) · scale, so a region can be drawn larger than it will be shown.
struct RasterTarget {
  int width = 0, height = 0;
  float offset_x = 0, offset_y = 0, scale = 1;
  float* depth = nullptr;
  std::int32_t* id = nullptr;    ///< first_id + index of the nearest triangle
  float* attributes = nullptr;   ///< attribute_count floats a pixel, interpolated linearly in the picture
  float* barycentric = nullptr;  ///< two floats a pixel: weights of the second and third vertex
};

/// Draws what is nearer than what is there. Pixels are covered when their centre is inside or on the edge.
/// Triangles with a vertex that is not finite or beyond ±100,000 px, or without area, are left out.
using RasterFn = void (*)(const RasterMesh&, const RasterTarget&) noexcept;

void raster_ref(const RasterMesh&, const RasterTarget&) noexcept;
void raster_avx2(const RasterMesh&, const RasterTarget&) noexcept;

/// Empties depth (kRasterFar) and id (-1); attributes and barycentrics are left as they are.
void clear_raster(const RasterTarget&) noexcept;

}  // namespace parlante
