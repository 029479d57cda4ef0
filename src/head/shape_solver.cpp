#include "head/shape_solver.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "head/box_least_squares.hpp"

namespace parlante {
namespace {

constexpr double kIdentityRidge = 1.5;
constexpr double kLandmarkNoise = .15;  // cm

double expression_ridge(std::string_view name) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (name == "tongueOut" || name == "mouthClose")
    return 1e4;  // not to be seen at landmarks, or cancels jawOpen
  if (name.starts_with("eyeLook") || name == "jawForward" || name == "jawLeft" || name == "jawRight" ||
      has("Shrug") || has("cheek") || has("nose"))
    return 40;
  return has("brow") ? 8 : 2.5;
}

double expression_limit(std::string_view name) {
  if (name.starts_with("eyeWide")) return .35;
  return name.starts_with("eyeBlink") ? .45 : 1;
}

}  // namespace

ShapePrior identity_prior(const HeadModel& model) {
  const auto count = static_cast<Eigen::Index>(model.identity.size());
  ShapePrior prior{Eigen::VectorXd(count), Eigen::VectorXd(count), Eigen::VectorXd(count)};
  for (Eigen::Index k = 0; k < count; ++k) {
    const IdentityAxis& axis = model.identity[static_cast<std::size_t>(k)];
    const double sigma = static_cast<double>(axis.sigma);
    prior.ridge[k] = kIdentityRidge / sigma;
    prior.high[k] = std::min(3 * sigma, 1.0);
    prior.low[k] = axis.name == "age" ? -.3 : axis.name == "child" ? 0 : -prior.high[k];
  }
  return prior;
}

ShapePrior expression_prior() {
  constexpr auto count = static_cast<Eigen::Index>(kBlendshapes);
  ShapePrior prior{Eigen::VectorXd(count), Eigen::VectorXd::Zero(count), Eigen::VectorXd(count)};
  for (Eigen::Index k = 0; k < count; ++k) {
    prior.ridge[k] = expression_ridge(kBlendshapeNames[static_cast<std::size_t>(k)]);
    prior.high[k] = expression_limit(kBlendshapeNames[static_cast<std::size_t>(k)]);
  }
  return prior;
}

ShapePrior joined(const ShapePrior& first, const ShapePrior& second) {
  const auto both = [](const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    Eigen::VectorXd all(a.size() + b.size());
    all << a, b;
    return all;
  };
  return {both(first.ridge, second.ridge), both(first.low, second.low), both(first.high, second.high)};
}

void solve_shape_and_pose(const LandmarkPoints& points, const LandmarkAxes& axes, const ShapePrior& prior,
                          const LandmarkTargets& targets, const DistanceRange& range, RigidPose& pose,
                          Eigen::VectorXd& weights) {
  const double unit = 1 / (targets.pixels_per_cm() * kLandmarkNoise);
  const Residuals residuals = landmark_residuals(points, targets, pose),
                  scale = unit * huber_scale(residuals, targets);
  const Eigen::Index count = axes.cols();
  LandmarkAxes slopes(axes.rows(), count + 6);
  slopes << shape_slopes(axes, points, targets, pose), pose_slopes(points, targets, pose);
  slopes = (scale.asDiagonal() * slopes).eval();

  Eigen::VectorXd x = Eigen::VectorXd::Zero(count + 6), low(count + 6), high(count + 6);
  x.head(count) = weights;
  const auto anything = Eigen::VectorXd::Constant(6, std::numeric_limits<double>::infinity());
  low << prior.low, -anything;
  high << prior.high, anything;
  low[count + 5] = -range.farthest - pose.translation.z();
  high[count + 5] = -range.nearest - pose.translation.z();
  const Eigen::VectorXd goal = slopes * x - scale.cwiseProduct(residuals);
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(count + 6, count + 6);
  normal.selfadjointView<Eigen::Lower>().rankUpdate(slopes.transpose());
  normal.triangularView<Eigen::StrictlyUpper>() = normal.transpose();
  normal.diagonal().head(count) += prior.ridge.cwiseAbs2();
  solve_box_least_squares(normal, slopes.transpose() * goal, low, high, x);
  weights = x.head(count);
  pose = pose.changed(x.tail<6>());
}

}  // namespace parlante
