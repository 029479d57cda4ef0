#include "head/pose_solver.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <algorithm>

namespace parlante {
namespace {

// Middle between the pupils in the head's frame, cm, for the start only.
const Vec3d kEyes(0, 3.4, 9);
// A head nearer than this is in the lens: no solution.
constexpr double kNearest = 20;  // cm

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
  Residuals residuals = landmark_residuals(points, targets, pose);
  double cost = huber_cost(residuals, targets), damping = 1e-4;
  for (int step = 0; step < 30; ++step) {
    const Residuals scale = huber_scale(residuals, targets);
    const PoseSlopes slopes = scale.asDiagonal() * pose_slopes(points, targets, pose);
    const Eigen::Matrix<double, 6, 6> normal = slopes.transpose() * slopes;
    const Eigen::Matrix<double, 6, 1> gradient = slopes.transpose() * scale.cwiseProduct(residuals);
    double gain = 0;
    for (; damping < 1e8; damping *= 10) {
      Eigen::Matrix<double, 6, 6> damped = normal;
      damped.diagonal() *= 1 + damping;
      const RigidPose next = pose.changed(-damped.ldlt().solve(gradient));
      if (!(next.translation.z() < -kNearest)) continue;
      const Residuals tried = landmark_residuals(points, targets, next);
      gain = cost - huber_cost(tried, targets);
      if (!(gain > 0)) continue;
      pose = next;
      residuals = tried;
      break;
    }
    if (!(gain > 1e-10 * cost)) break;
    cost -= gain;
    damping = std::max(damping * .1, 1e-9);
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
