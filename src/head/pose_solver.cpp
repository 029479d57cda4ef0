#include "head/pose_solver.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <cmath>

namespace parlante {
namespace {

constexpr double kHuberOverSize = .01;
// Middle between the pupils in the head's frame, cm, for the start only.
const Vec3d kEyes(0, 3.4, 9);

using Matrix6 = Eigen::Matrix<double, 6, 6>;
using Vector6 = Eigen::Matrix<double, 6, 1>;
using Row6 = Eigen::Matrix<double, 1, 6>;

struct Linearised {
  double cost = 0;
  Matrix6 normal = Matrix6::Zero();
  Vector6 gradient = Vector6::Zero();
};

class PoseCost {
 public:
  PoseCost(const LandmarkPoints& points, const LandmarkTargets& targets)
      : points_(points), targets_(targets), threshold_(kHuberOverSize * targets.size) {}

  // Parameters: a small rotation applied after the pose's own, and the translation.
  Linearised at(const RigidPose& pose, bool derivatives) const {
    const LandmarkPoints turned = pose.rotation * points_;
    const double focal = targets_.camera.focal_px, scale = -focal / pose.translation.z();
    double mean = 0, count = 0;
    Row6 mean_row = Row6::Zero();
    for (Eigen::Index n = 0; n < turned.cols(); ++n) {
      if (!targets_.used(static_cast<std::size_t>(n))) continue;
      mean += depth(turned.col(n), pose, scale);
      mean_row += depth_row(turned.col(n), pose, scale);
      ++count;
    }
    mean /= count;
    mean_row /= count;
    Linearised sum;
    for (Eigen::Index n = 0; n < turned.cols(); ++n) {
      const auto k = static_cast<std::size_t>(n);
      if (!targets_.used(k)) continue;
      const double weight = targets_.weights[k];
      const Vec3d y = turned.col(n) + pose.translation;
      const Vec2d miss = targets_.camera.project(y) - targets_.points[k];
      const double distance = -y.z(), f = focal / distance;
      const Row6 u = pixel_row(turned.col(n), {f, 0, f * y.x() / distance});
      const Row6 v = pixel_row(turned.col(n), {0, -f, -f * y.y() / distance});
      add(sum, weight * miss.x(), weight * u, derivatives);
      add(sum, weight * miss.y(), weight * v, derivatives);
      const double near = depth(turned.col(n), pose, scale) - mean - targets_.depth[k];
      add(sum, kDepthWeight * weight * near,
          kDepthWeight * weight * (depth_row(turned.col(n), pose, scale) - mean_row), derivatives);
    }
    return sum;
  }

 private:
  static double depth(const Vec3d& turned, const RigidPose& pose, double scale) {
    return scale * (turned.z() + pose.translation.z());
  }
  // slope: of a pixel coordinate by the camera point.
  static Row6 pixel_row(const Vec3d& turned, const Vec3d& slope) {
    Row6 row;
    row << turned.cross(slope).transpose(), slope.transpose();
    return row;
  }
  static Row6 depth_row(const Vec3d& turned, const RigidPose& pose, double scale) {
    Row6 row;
    row << scale * turned.y(), -scale * turned.x(), 0, 0, 0, -scale * turned.z() / pose.translation.z();
    return row;
  }
  void add(Linearised& sum, double residual, const Row6& row, bool derivatives) const {
    const double size = std::abs(residual), weight = size <= threshold_ ? 1 : threshold_ / size;
    sum.cost += size <= threshold_ ? .5 * residual * residual : threshold_ * (size - .5 * threshold_);
    if (!derivatives) return;
    sum.normal += weight * row.transpose() * row;
    sum.gradient += weight * residual * row.transpose();
  }
  const LandmarkPoints& points_;
  const LandmarkTargets& targets_;
  double threshold_;
};

}  // namespace

RigidPose pose_from_eyes(const LandmarkTargets& targets) {
  const Camera& camera = targets.camera;
  const double distance = camera.focal_px / targets.pixels_per_cm();
  const Vec3d eyes((targets.eyes_middle.x() - camera.cx) / camera.focal_px * distance,
                   -(targets.eyes_middle.y() - camera.cy) / camera.focal_px * distance, -distance);
  RigidPose pose;
  pose.rotation = Eigen::AngleAxisd(targets.eyes_roll, Vec3d::UnitZ()).toRotationMatrix();
  pose.translation = eyes - pose.rotation * kEyes;
  return pose;
}

void solve_pose(const LandmarkPoints& points, const LandmarkTargets& targets, RigidPose& pose) {
  const PoseCost cost(points, targets);
  Linearised here = cost.at(pose, true);
  double damping = 1e-4;
  for (int step = 0; step < 60 && damping < 1e8; ++step) {
    Matrix6 damped = here.normal;
    damped.diagonal() *= 1 + damping;
    const Vector6 change = -damped.ldlt().solve(here.gradient);
    RigidPose next = pose;
    const double angle = change.head<3>().norm();
    if (angle > 0)
      next.rotation = Eigen::AngleAxisd(angle, change.head<3>() / angle).toRotationMatrix() * pose.rotation;
    next.translation += change.tail<3>();
    // A head behind the camera or in its lens is no solution.
    const double tried = next.translation.z() < -20 ? cost.at(next, false).cost : here.cost;
    if (!(tried < here.cost)) {
      if (angle < 1e-9) break;
      damping *= 10;
      continue;
    }
    const bool settled = here.cost - tried < 1e-10 * here.cost;
    pose = next;
    if (settled) break;
    damping = std::max(damping * .1, 1e-9);
    here = cost.at(pose, true);
  }
  pose.rotation = Eigen::Quaterniond(pose.rotation).normalized().toRotationMatrix();
}

std::array<Vec2d, kMeshLandmarks> pixel_residuals(const LandmarkPoints& points,
                                                  const LandmarkTargets& targets, const RigidPose& pose) {
  std::array<Vec2d, kMeshLandmarks> residuals;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    residuals[n] =
        targets.points[n] -
        targets.camera.project(pose.rotation * points.col(static_cast<Eigen::Index>(n)) + pose.translation);
  return residuals;
}

}  // namespace parlante
