// The relief grid as triangles: hair, ears, neck, shoulders (design 5.4).
#pragma once

#include <cstdint>
#include <vector>

#include "head/head_model.hpp"
#include "render/raster.hpp"
#include "render/rig.hpp"

namespace parlante {

/// Attributes of a grid vertex: u, v (texture px).
inline constexpr int kReliefAttributes = 2;

/// Those cells of the grid that can be seen: cells without any foreground, and cells the mesh hides whatever
/// the face does, are left out once and for all. Immutable.
class ReliefLayer {
 public:
  /// `texture_scale`: texture px per photo px.
  ReliefLayer(const HeadModel& head, const Avatar& avatar, float texture_scale);

  /// All cells as `frame` poses them.
  RasterMesh mesh(const RigFrame& frame) const noexcept { return mesh(frame, -1e9f, 1e9f); }
  /// Only the rows of cells whose source lies between photo rows `top` and `bottom`.
  RasterMesh mesh(const RigFrame& frame, float top, float bottom) const noexcept;

 private:
  std::vector<float> attributes_;
  std::vector<std::int32_t> triangles_;
  std::vector<std::size_t> row_begin_;  ///< first triangle of each row of cells, and the end
  std::vector<float> row_top_;          ///< photo px, a row of vertices
};

}  // namespace parlante
