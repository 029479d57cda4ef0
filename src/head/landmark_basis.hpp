// The model where the landmarks are: 468 points and how each axis moves them, so that fitting needs no mesh.
#pragma once

#include <Eigen/Core>
#include <span>

#include "head/head_model.hpp"

namespace parlante {

using LandmarkPoints = Eigen::Matrix<double, 3, kMeshLandmarks>;

/// A column an axis; rows 3n, 3n+1, 3n+2 are x, y, z of landmark n, cm for weight 1.
using LandmarkAxes = Eigen::Matrix<double, 3 * static_cast<int>(kMeshLandmarks), Eigen::Dynamic>;

/// Where the landmarks lie on a mesh with the model's vertices.
LandmarkPoints landmarks_on(const HeadModel& model, std::span<const Vec3f> vertices);
LandmarkAxes identity_axes_at_landmarks(const HeadModel& model);
LandmarkAxes expression_axes_at_landmarks(const HeadModel& model);

/// points + axes · weights.
LandmarkPoints moved(const LandmarkPoints& points, const LandmarkAxes& axes, const Eigen::VectorXd& weights);

}  // namespace parlante
