#include "track/brow_solver.hpp"

#include "head/landmark_basis.hpp"
#include "track/box_descent.hpp"

namespace parlante {
namespace {

// Of a rendered brow's way the tracker sees .6 to .7, whatever the weight.
constexpr double kSeen = .65;
constexpr double kRidge = .002, kPrice = .0003;
const Vec3d kRowWeight{.4, 1, 0};  // brows go up and down; the tracker's depth says nothing of them
constexpr std::size_t kFewestOfABrow = 3;

}  // namespace

BrowSolver::BrowSolver(const HeadModel& model) {
  const LandmarkPoints neutral = landmarks_on(model, model.neutral);
  const LandmarkAxes axes = expression_axes_at_landmarks(model);
  const double eye_distance = (neutral.col(static_cast<Eigen::Index>(kEyeCornerLeft)) -
                               neutral.col(static_cast<Eigen::Index>(kEyeCornerRight)))
                                  .norm();
  for (std::size_t i = 0; i < kBrowPoints.size(); ++i)
    for (int k = 0; k < kWeights; ++k) {
      const auto axis = axes.col(static_cast<Eigen::Index>(kBrowShapes[static_cast<std::size_t>(k)]));
      const Vec3d moved = axis.segment<3>(static_cast<Eigen::Index>(3 * kBrowPoints[i])) / eye_distance;
      points_[i].col(k) = kSeen * kRowWeight.cwiseProduct(moved);
    }
}

std::optional<BrowWeights> BrowSolver::solve(const LandmarkShift& shift,
                                             const LandmarkMask& known) const noexcept {
  Eigen::Matrix<double, kWeights, kWeights> hessian = Eigen::Matrix<double, kWeights, kWeights>::Zero();
  BrowWeights gradient = BrowWeights::Constant(-kPrice);
  std::array<std::size_t, 2> seen{};
  for (std::size_t i = 0; i < kBrowPoints.size(); ++i) {
    if (!known[kBrowPoints[i]]) continue;
    ++seen[i < kBrowPoints.size() / 2 ? 0 : 1];
    hessian.noalias() += points_[i].transpose() * points_[i];
    gradient.noalias() += points_[i].transpose() * kRowWeight.cwiseProduct(shift[kBrowPoints[i]]);
  }
  if (seen[0] < kFewestOfABrow || seen[1] < kFewestOfABrow) return std::nullopt;
  hessian.diagonal().array() += kRidge;
  return solve_box<kWeights>(hessian, gradient, BrowWeights::Ones());
}

}  // namespace parlante
