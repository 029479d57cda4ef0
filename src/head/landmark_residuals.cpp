#include "head/landmark_residuals.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

constexpr double kHuberOverSize = .01;

// Derivatives of x and y in the picture by the camera point.
Eigen::Matrix<double, 2, 3> projection_slopes(const Vec3d& camera_point, double focal) {
  const double distance = -camera_point.z(), f = focal / distance;
  Eigen::Matrix<double, 2, 3> slopes;
  slopes << f, 0, f * camera_point.x() / distance, 0, -f, -f * camera_point.y() / distance;
  return slopes;
}

double depth_scale(const LandmarkTargets& targets, const RigidPose& pose) {
  return -targets.camera.focal_px / pose.translation.z();
}

// Takes the mean over the landmarks in use from the depth rows, and applies the weights.
template <class Rows>
void centre_and_weigh(Rows& rows, const LandmarkTargets& targets) {
  Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(rows.cols());
  double count = 0;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    if (targets.used(n)) mean += rows.row(static_cast<Eigen::Index>(3 * n + 2)), ++count;
  mean /= count;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    const auto i = static_cast<Eigen::Index>(3 * n);
    rows.row(i + 2) -= mean;
    rows.template middleRows<2>(i) *= targets.weights[n];
    rows.row(i + 2) *= kDepthWeight * targets.weights[n];
  }
}

}  // namespace

RigidPose RigidPose::changed(const Eigen::Matrix<double, 6, 1>& by) const {
  const double angle = by.head<3>().norm();
  RigidPose next = *this;
  if (angle > 0) next.rotation = Eigen::AngleAxisd(angle, by.head<3>() / angle).toRotationMatrix() * rotation;
  next.translation += by.tail<3>();
  return next;
}

Residuals landmark_residuals(const LandmarkPoints& points, const LandmarkTargets& targets,
                             const RigidPose& pose) {
  Residuals residuals;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    const auto i = static_cast<Eigen::Index>(n);
    const Vec3d y = pose.rotation * points.col(i) + pose.translation;
    residuals.segment<2>(3 * i) = targets.camera.project(y) - targets.points[n];
    residuals[3 * i + 2] = depth_scale(targets, pose) * y.z() - targets.depth[n];
  }
  centre_and_weigh(residuals, targets);
  return residuals;
}

PoseSlopes pose_slopes(const LandmarkPoints& points, const LandmarkTargets& targets, const RigidPose& pose) {
  PoseSlopes slopes;
  const double scale = depth_scale(targets, pose);
  for (Eigen::Index i = 0; i < points.cols(); ++i) {
    const Vec3d turned = pose.rotation * points.col(i);
    const auto projection = projection_slopes(turned + pose.translation, targets.camera.focal_px);
    for (int row = 0; row < 2; ++row) {
      const Vec3d slope = projection.row(row).transpose();
      slopes.row(3 * i + row) << turned.cross(slope).transpose(), slope.transpose();
    }
    slopes.row(3 * i + 2) << scale * turned.y(), -scale * turned.x(), 0, 0, 0,
        -scale * turned.z() / pose.translation.z();
  }
  centre_and_weigh(slopes, targets);
  return slopes;
}

LandmarkAxes shape_slopes(const LandmarkAxes& axes, const LandmarkPoints& points,
                          const LandmarkTargets& targets, const RigidPose& pose) {
  LandmarkAxes slopes(axes.rows(), axes.cols());
  for (Eigen::Index i = 0; i < points.cols(); ++i) {
    Eigen::Matrix3d local;
    local << projection_slopes(pose.rotation * points.col(i) + pose.translation, targets.camera.focal_px), 0,
        0, depth_scale(targets, pose);
    slopes.middleRows<3>(3 * i).noalias() =
        Eigen::Matrix3d(local * pose.rotation) * axes.middleRows<3>(3 * i);
  }
  centre_and_weigh(slopes, targets);
  return slopes;
}

double huber_cost(const Residuals& residuals, const LandmarkTargets& targets) {
  const double threshold = kHuberOverSize * targets.size;
  double cost = 0;
  for (const double residual : residuals) {
    const double size = std::abs(residual);
    cost += size <= threshold ? .5 * residual * residual : threshold * (size - .5 * threshold);
  }
  return cost;
}

Residuals huber_scale(const Residuals& residuals, const LandmarkTargets& targets) {
  const double threshold = kHuberOverSize * targets.size;
  return residuals.unaryExpr(
      [=](double residual) { return std::sqrt(threshold / std::max(std::abs(residual), threshold)); });
}

}  // namespace parlante
