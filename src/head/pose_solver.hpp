// Where a rigid set of landmark points stands, robustly.
#pragma once

#include <array>

#include "head/landmark_residuals.hpp"

namespace parlante {

/// A start from the eyes alone: their distance, place and slope.
RigidPose pose_from_eyes(const LandmarkTargets& targets);

/// Moves `pose` to the least Huber cost of the landmarks' residuals: Levenberg-Marquardt on six parameters,
/// reweighted in each step.
void solve_pose(const LandmarkPoints& points, const LandmarkTargets& targets, RigidPose& pose);

/// Target minus projected point, px, unweighted.
std::array<Vec2d, kMeshLandmarks> pixel_residuals(const LandmarkPoints& points,
                                                  const LandmarkTargets& targets, const RigidPose& pose);

}  // namespace parlante
