// What the model cannot explain of the landmarks, spread smoothly over the skin (design 5.3).
#pragma once

#include <array>
#include <span>
#include <vector>

#include "head/head_model.hpp"
#include "head/landmark_basis.hpp"

namespace parlante {

/// Displacement of each skin vertex, cm: biharmonic splines phi(r) = r with a linear term through
/// `displacements` at `sources`, smoothed (more at the oval and at the corners of the lips, where exactness
/// makes kinks), fading with the distance from the nearest source beyond 1 cm. Sources that are not `used`
/// take no part.
std::vector<Vec3f> residual_field(const LandmarkPoints& sources, const LandmarkPoints& displacements,
                                  const std::array<bool, kMeshLandmarks>& used, std::span<const Vec3f> skin);

}  // namespace parlante
