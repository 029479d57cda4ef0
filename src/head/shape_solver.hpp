// Weights of shape axes for a known pose: one bounded ridge regression, linear in the projected landmarks.
#pragma once

#include <Eigen/Core>

#include "head/landmark_basis.hpp"
#include "head/landmark_targets.hpp"
#include "head/pose_solver.hpp"

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

/// One Gauss-Newton step in the weights of `axes` from `weights`, with `points` = the model at `weights`.
void solve_shape(const LandmarkPoints& points, const LandmarkAxes& axes, const ShapePrior& prior,
                 const LandmarkTargets& targets, const RigidPose& pose, Eigen::VectorXd& weights);

}  // namespace parlante
