#include "head/shape_solver.hpp"

#include <algorithm>
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

void solve_shape(const LandmarkPoints& points, const LandmarkAxes& axes, const ShapePrior& prior,
                 const LandmarkTargets& targets, const RigidPose& pose, Eigen::VectorXd& weights) {
  const double focal = targets.camera.focal_px, scale = -focal / pose.translation.z();
  const double unit = 1 / (targets.pixels_per_cm() * kLandmarkNoise);
  const Eigen::RowVector3d nearness = scale * pose.rotation.row(2);

  Eigen::RowVectorXd mean_row = Eigen::RowVectorXd::Zero(axes.cols());
  double mean = 0, count = 0;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    if (!targets.used(n)) continue;
    const auto i = static_cast<Eigen::Index>(n);
    mean_row += nearness * axes.middleRows<3>(3 * i);
    mean += nearness.dot(points.col(i));
    ++count;
  }
  mean_row /= count;
  mean /= count;

  // Three rows a landmark: x and y in the picture, depth.
  constexpr int rows = 3 * static_cast<int>(kMeshLandmarks);
  Eigen::MatrixXd slopes(rows, axes.cols());
  Eigen::VectorXd misses(rows);
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    const auto i = static_cast<Eigen::Index>(n);
    const double weight = targets.weights[n] * unit;
    const Vec3d y = pose.rotation * points.col(i) + pose.translation;
    const double distance = -y.z(), f = focal / distance;
    Eigen::Matrix3d local;
    local << f, 0, f * y.x() / distance, 0, -f, -f * y.y() / distance, 0, 0, 0;
    local = weight * local * pose.rotation;
    local.row(2) = kDepthWeight * weight * nearness;
    slopes.middleRows<3>(3 * i).noalias() = local * axes.middleRows<3>(3 * i);
    slopes.row(3 * i + 2) -= kDepthWeight * weight * mean_row;
    misses.segment<2>(3 * i) = weight * (targets.points[n] - targets.camera.project(y));
    misses[3 * i + 2] = kDepthWeight * weight * (targets.depth[n] - (nearness.dot(points.col(i)) - mean));
  }
  misses += slopes * weights;

  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(axes.cols(), axes.cols());
  normal.selfadjointView<Eigen::Lower>().rankUpdate(slopes.transpose());
  normal.triangularView<Eigen::StrictlyUpper>() = normal.transpose();
  normal.diagonal() += prior.ridge.cwiseAbs2();
  solve_box_least_squares(normal, slopes.transpose() * misses, prior.low, prior.high, weights);
}

}  // namespace parlante
