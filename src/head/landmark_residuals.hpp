// Residuals of the landmarks under a pose, and how pose and shape change them.
#pragma once

#include <Eigen/Core>

#include "head/landmark_basis.hpp"
#include "head/landmark_targets.hpp"

namespace parlante {

/// camera point = rotation · head point + translation.
struct RigidPose {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Vec3d translation = Vec3d::Zero();

  /// A small rotation vector applied after the own rotation, and an added translation.
  RigidPose changed(const Eigen::Matrix<double, 6, 1>& by) const;
};

// Rows 3n, 3n+1, 3n+2 of all that follows: x and y in the picture and depth of landmark n, px, times its
// weight (0: not in use). Depth is seen at the scale of the head's origin and without its mean, as the
// tracker gives it.
using Residuals = Eigen::Matrix<double, 3 * static_cast<int>(kMeshLandmarks), 1>;
using PoseSlopes = Eigen::Matrix<double, 3 * static_cast<int>(kMeshLandmarks), 6>;

/// Model minus target.
Residuals landmark_residuals(const LandmarkPoints& points, const LandmarkTargets& targets,
                             const RigidPose& pose);
/// Derivatives by the six numbers of RigidPose::changed() at 0.
PoseSlopes pose_slopes(const LandmarkPoints& points, const LandmarkTargets& targets, const RigidPose& pose);
/// Derivatives by the weights of the axes.
LandmarkAxes shape_slopes(const LandmarkAxes& axes, const LandmarkPoints& points,
                          const LandmarkTargets& targets, const RigidPose& pose);

/// Huber's loss with its threshold at 1 % of the picture's side.
double huber_cost(const Residuals& residuals, const LandmarkTargets& targets);
/// Square roots of the weights that make least squares follow Huber's loss.
Residuals huber_scale(const Residuals& residuals, const LandmarkTargets& targets);

}  // namespace parlante
