// A part of the skin that a region draws by itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "head/head_model.hpp"
#include "render/raster.hpp"
#include "render/rig.hpp"

namespace parlante {

/// Triangles of the face with their own, dense vertices. Positions and attributes are gathered anew for each
/// frame.
class SubMesh {
 public:
  /// The triangles of the face that have a vertex within `reach` cm (on the mean head) of one of `centres`.
  SubMesh(const HeadModel& head, std::span<const std::int32_t> centres, float reach, int attribute_count);

  /// Vertices of the HeadModel, in the order of this mesh.
  const std::vector<std::int32_t>& vertices() const noexcept { return vertices_; }
  /// Copies the positions of `frame`; attributes are the caller's to write.
  void gather(const RigFrame& frame) noexcept;
  float* attributes(std::size_t vertex) noexcept {
    return attributes_.data() + vertex * static_cast<std::size_t>(attribute_count_);
  }
  RasterMesh raster_mesh() const noexcept;

 private:
  int attribute_count_;
  std::vector<std::int32_t> vertices_, triangles_;
  std::vector<float> xyz_, attributes_;
};

}  // namespace parlante
