#include "head/head_model.hpp"

namespace parlante {

void add_delta(const SparseDelta& delta, float weight, std::span<Vec3f> vertices) noexcept {
  for (std::size_t k = 0; k < delta.vertices.size(); ++k)
    vertices[static_cast<std::size_t>(delta.vertices[k])] += weight * delta.deltas[k];
}

void add_identity(const HeadModel& model, const IdentityAxis& axis, float weight,
                  std::span<Vec3f> vertices) noexcept {
  for (std::size_t p = 0; p < kHeadParts; ++p) {
    if (axis.motion[p].isZero(0)) continue;
    const Eigen::Matrix3f linear = weight * axis.motion[p].leftCols<3>();
    const Vec3f shift = weight * axis.motion[p].col(3);
    for (auto v = static_cast<std::size_t>(model.parts[p].begin);
         v < static_cast<std::size_t>(model.parts[p].end); ++v)
      vertices[v] += linear * model.reference[v] + shift;
  }
  add_delta(axis.delta, weight, vertices);
}

}  // namespace parlante
