// Weights of shape axes together with the pose: one bounded ridge regression, linear in the projected
// landmarks.
#pragma once

#include <Eigen/Core>
#include <limits>

#include "head/landmark_residuals.hpp"

namespace parlante {

/// What is known of weights before looking: ridge (in standard deviations of .15 cm landmark noise) and
/// bounds.
struct ShapePrior {
  Eigen::VectorXd ridge, low, high;
};

/// Ridge 1.5/sigma, bounds ±3 sigma within ±1 (design 5b); ageing and childhood are one-sided.
ShapePrior identity_prior(const HeadModel& model);
/// Bounds [0,1]; brows, and shapes that can hide in pose or identity, are held by stronger ridges
/// (design 5.2).
ShapePrior expression_prior();
ShapePrior joined(const ShapePrior& first, const ShapePrior& second);

/// Bounds of the distance between camera and head: one photo cannot tell a small near head from a large far
/// one.
struct DistanceRange {
  double nearest = 0, farthest = std::numeric_limits<double>::infinity();  ///< cm
};

/// One Gauss-Newton step in pose and weights together from `pose` and `weights`, with `points` = the model at
/// `weights`. Solved one after the other, pose and shape converge so slowly that 1° is left after six rounds.
void solve_shape_and_pose(const LandmarkPoints& points, const LandmarkAxes& axes, const ShapePrior& prior,
                          const LandmarkTargets& targets, const DistanceRange& range, RigidPose& pose,
                          Eigen::VectorXd& weights);

}  // namespace parlante
