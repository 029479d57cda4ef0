// What the face-code solver keeps of the rig; shared by its two passes.
#pragma once

#include <array>

#include "track/brow_solver.hpp"
#include "track/face_code_solver.hpp"
#include "track/mouth_solver.hpp"
#include "track/stiff_fit.hpp"

namespace parlante {

struct FaceCodeSolver::Rig {
  MouthSolver mouth;
  BrowSolver brows;
  StiffShape stiff;  ///< of the neutral head, cm
};

/// The stiff points among all landmarks.
inline StiffShape stiff_shape_of(const std::array<Vec3f, kLandmarks>& landmarks) noexcept {
  StiffShape shape;
  for (std::size_t i = 0; i < kStiffPoints.size(); ++i)
    shape.col(static_cast<Eigen::Index>(i)) = landmarks[kStiffPoints[i]].cast<double>();
  return shape;
}

}  // namespace parlante
