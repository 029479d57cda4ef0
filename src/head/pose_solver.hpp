// Where a rigid set of landmark points stands, robustly.
#pragma once

#include <Eigen/Core>

#include "head/landmark_basis.hpp"
#include "head/landmark_targets.hpp"

namespace parlante {

/// camera point = rotation · head point + translation.
struct RigidPose {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Vec3d translation = Vec3d::Zero();
};

/// A start from the eyes alone: their distance, place and slope.
RigidPose pose_from_eyes(const LandmarkTargets& targets);

/// Moves `pose` to the least Huber cost (threshold 1 % of the picture's side) of the weighted pixel and depth
/// residuals: Levenberg-Marquardt on six parameters, reweighted in each step.
void solve_pose(const LandmarkPoints& points, const LandmarkTargets& targets, RigidPose& pose);

/// Target minus projected point, px, unweighted.
std::array<Vec2d, kMeshLandmarks> pixel_residuals(const LandmarkPoints& points,
                                                  const LandmarkTargets& targets, const RigidPose& pose);

}  // namespace parlante
