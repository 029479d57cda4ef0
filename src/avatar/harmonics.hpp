// Light by direction: spherical harmonics up to the second order, not normalised (design 5.9).
#pragma once

#include <array>
#include <cstddef>

#include "head/head_model.hpp"

namespace parlante {

/// The nine functions of Avatar::light in its order, at a unit normal of the camera frame.
inline std::array<float, 9> light_basis(const Vec3f& n) noexcept {
  const float x = n.x(), y = n.y(), z = n.z();
  return {1, x, y, z, x * y, y * z, x * z, x * x - y * y, 3 * z * z - 1};
}

/// Light that falls on a surface with the unit normal `n`, over the face's median.
inline float light_at(const std::array<float, 9>& light, const Vec3f& n) noexcept {
  const std::array<float, 9> basis = light_basis(n);
  float sum = 0;
  for (std::size_t i = 0; i < basis.size(); ++i) sum += light[i] * basis[i];
  return sum;
}

}  // namespace parlante
