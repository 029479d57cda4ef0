#include "head/box_least_squares.hpp"

#include <Eigen/Cholesky>
#include <vector>

namespace parlante {

void solve_box_least_squares(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                             const Eigen::VectorXd& low, const Eigen::VectorXd& high, Eigen::VectorXd& x) {
  constexpr int most_steps = 100;
  const auto cost = [&](const Eigen::VectorXd& at) { return .5 * at.dot(hessian * at) - gradient.dot(at); };
  x = x.cwiseMax(low).cwiseMin(high);
  for (int step = 0; step < most_steps; ++step) {
    const Eigen::VectorXd slope = hessian * x - gradient;
    std::vector<Eigen::Index> free;
    for (Eigen::Index k = 0; k < x.size(); ++k)
      if (!((x[k] <= low[k] && slope[k] >= 0) || (x[k] >= high[k] && slope[k] <= 0))) free.push_back(k);
    if (free.empty()) return;
    const Eigen::VectorXd free_slope = slope(free);
    const Eigen::VectorXd newton = Eigen::MatrixXd(hessian(free, free)).ldlt().solve(free_slope);
    if (free_slope.dot(newton) <= 1e-14 * (1 + std::abs(cost(x)))) return;

    const double before = cost(x);
    double length = 1;
    Eigen::VectorXd next = x;
    for (int halving = 0; halving < 40; ++halving, length *= .5) {
      for (std::size_t k = 0; k < free.size(); ++k)
        next[free[k]] = x[free[k]] - length * newton[static_cast<Eigen::Index>(k)];
      next = next.cwiseMax(low).cwiseMin(high);
      if (cost(next) < before) break;
    }
    if (cost(next) >= before) return;
    x = next;
  }
}

}  // namespace parlante
