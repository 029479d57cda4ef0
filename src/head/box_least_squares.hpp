// Least squares with bounds, from the normal equations.
#pragma once

#include <Eigen/Core>

namespace parlante {

/// The x in [low, high] with the least ½ xᵀ·hessian·x - gradientᵀ·x, hessian symmetric positive definite.
/// Projected Newton steps on the variables that are free to move (Bertsekas, SIAM J. Control 20(2), 1982).
/// `x` holds the start.
void solve_box_least_squares(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                             const Eigen::VectorXd& low, const Eigen::VectorXd& high, Eigen::VectorXd& x);

}  // namespace parlante
