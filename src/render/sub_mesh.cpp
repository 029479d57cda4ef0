#include "render/sub_mesh.hpp"

#include <algorithm>

namespace parlante {

SubMesh::SubMesh(const HeadModel& head, std::span<const std::int32_t> centres, float reach,
                 int attribute_count)
    : attribute_count_(attribute_count) {
  std::vector<std::int32_t> local(static_cast<std::size_t>(head.face_end()), -1);
  const auto near = [&](std::int32_t vertex) {
    const Vec3f& p = head.neutral[static_cast<std::size_t>(vertex)];
    return std::any_of(centres.begin(), centres.end(), [&](std::int32_t c) {
      return (head.neutral[static_cast<std::size_t>(c)] - p).squaredNorm() < reach * reach;
    });
  };
  std::vector<char> close(local.size());
  for (std::size_t i = 0; i < close.size(); ++i) close[i] = near(static_cast<std::int32_t>(i));
  for (const Triangle& triangle : head.faces(HeadPart::face)) {
    if (std::none_of(triangle.begin(), triangle.end(),
                     [&](std::int32_t v) { return close[static_cast<std::size_t>(v)]; }))
      continue;
    for (const std::int32_t vertex : triangle) {
      std::int32_t& index = local[static_cast<std::size_t>(vertex)];
      if (index < 0) {
        index = static_cast<std::int32_t>(vertices_.size());
        vertices_.push_back(vertex);
      }
      triangles_.push_back(index);
    }
  }
  xyz_.resize(vertices_.size() * 3);
  attributes_.resize(vertices_.size() * static_cast<std::size_t>(attribute_count));
}

void SubMesh::gather(const RigFrame& frame) noexcept {
  float* out = xyz_.data();
  for (const std::int32_t vertex : vertices_) {
    const auto v = static_cast<std::size_t>(vertex);
    *out++ = frame.image[v].x();
    *out++ = frame.image[v].y();
    *out++ = frame.camera[v].z();
  }
}

RasterMesh SubMesh::raster_mesh() const noexcept {
  RasterMesh mesh;
  mesh.xy = xyz_.data(), mesh.xy_stride = 3;
  mesh.z = xyz_.data() + 2, mesh.z_stride = 3;
  mesh.attributes = attributes_.data(), mesh.attribute_count = attribute_count_;
  mesh.triangles = triangles_.data(), mesh.triangle_count = triangles_.size() / 3;
  return mesh;
}

}  // namespace parlante
