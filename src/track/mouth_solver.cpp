#include "track/mouth_solver.hpp"

#include <algorithm>
#include <string_view>

#include "head/landmark_basis.hpp"
#include "track/box_descent.hpp"

namespace parlante {
namespace {

constexpr double kRidge = .004, kPrice = .0008;  // the prototype's; over squared eye distances

/// How dear a weight is: what lips in speech do seldom must explain much.
double dearness(Blendshape shape) noexcept {
  const std::string_view name = kBlendshapeNames[static_cast<std::size_t>(shape)];
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (name == "jawForward" || name == "jawLeft" || name == "jawRight" || name == "mouthLeft" ||
      name == "mouthRight")
    return 3;
  if (name == "mouthShrugUpper") return 3;   // else it shares with mouthUpperUp what that alone explains
  if (name == "mouthRollUpper") return 2.5;  // else it takes back what mouthPucker does to the depth
  if (has("UpperUp")) return 1.5;
  return has("LowerDown") || has("Dimple") || has("Press") ? 2 : 1;
}

double most(Blendshape shape) noexcept {
  const bool smile = shape == Blendshape::mouthSmileLeft || shape == Blendshape::mouthSmileRight;
  return smile ? .7 : 1;  // the rig takes no more
}

}  // namespace

MouthSolver::MouthSolver(const HeadModel& model) {
  const LandmarkPoints neutral = landmarks_on(model, model.neutral);
  const LandmarkAxes axes = expression_axes_at_landmarks(model);
  const auto at = [](std::size_t landmark) { return static_cast<Eigen::Index>(landmark); };
  eye_distance_cm_ = (neutral.col(at(kEyeCornerLeft)) - neutral.col(at(kEyeCornerRight))).norm();
  mouth_width_ =
      (neutral.col(at(kMouthCornerLeft)) - neutral.col(at(kMouthCornerRight))).norm() / eye_distance_cm_;
  for (int k = 0; k < kWeights; ++k) {
    const Blendshape shape = kMouthShapes[static_cast<std::size_t>(k)];
    const auto axis = axes.col(static_cast<Eigen::Index>(shape));
    LandmarkShift shift;
    for (std::size_t n = 0; n < kMeshLandmarks; ++n) shift[n] = axis.segment<3>(3 * at(n)) / eye_distance_cm_;
    rows_.col(k) = mouth_rows(shift);
    for (std::size_t i = 0; i < kMouthPoints.size(); ++i) points_[i].col(k) = shift[kMouthPoints[i]];
    ridge_[k] = kRidge * dearness(shape);
    price_[k] = kPrice * dearness(shape);
    most_[k] = most(shape);
  }
  all_known_.noalias() = rows_.transpose() * rows_;
}

MouthWeights MouthSolver::solve(const LandmarkShift& shift, const LandmarkMask& known) const noexcept {
  const MouthRows seen = mouth_rows(shift);
  const MouthRowMask mask = mouth_row_mask(known);
  Hessian hessian = mask.all() ? all_known_ : Hessian::Zero();
  MouthWeights gradient = -price_;
  for (int row = 0; row < kMouthRows; ++row) {
    if (!mask[static_cast<std::size_t>(row)]) continue;
    gradient += seen[row] * rows_.row(row).transpose();
    if (!mask.all()) hessian.noalias() += rows_.row(row).transpose() * rows_.row(row);
  }
  hessian.diagonal() += ridge_;

  return solve_box<kWeights>(hessian, gradient, most_);
}

Vec3d MouthSolver::moved(std::size_t landmark, const MouthWeights& weights) const noexcept {
  const auto found = std::find(kMouthPoints.begin(), kMouthPoints.end(), landmark);
  if (found == kMouthPoints.end()) return Vec3d::Zero();
  return points_[static_cast<std::size_t>(found - kMouthPoints.begin())] * weights;
}

}  // namespace parlante
