// Small least squares with bounds, without a heap.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace parlante {

/// The x in [0, most] with the least ½ xᵀ·hessian·x - gradientᵀ·x, to 1e-5, by coordinate descent from 0. The
/// hessian must be positive definite, so that there is one minimum. (head/box_least_squares.hpp takes any
/// size.)
template <int Size>
Eigen::Matrix<double, Size, 1> solve_box(const Eigen::Matrix<double, Size, Size>& hessian,
                                         const Eigen::Matrix<double, Size, 1>& gradient,
                                         const Eigen::Matrix<double, Size, 1>& most) noexcept {
  constexpr int most_sweeps = 400;
  constexpr double smallest_step = 2e-6;
  Eigen::Matrix<double, Size, 1> x = Eigen::Matrix<double, Size, 1>::Zero();
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double largest_step = 0;
    for (int k = 0; k < Size; ++k) {
      const double slope = hessian.col(k).dot(x) - gradient[k];
      const double next = std::clamp(x[k] - slope / hessian(k, k), 0.0, most[k]);
      largest_step = std::max(largest_step, std::abs(next - x[k]));
      x[k] = next;
    }
    if (largest_step < smallest_step) break;
  }
  return x;
}

}  // namespace parlante
