#include "head/rotation.hpp"

#include <Eigen/Geometry>

namespace parlante {

Eigen::Matrix3f head_rotation(float yaw, float pitch, float roll) noexcept {
  const Eigen::Vector3d vector(pitch, yaw, roll);
  const double angle = vector.norm();
  if (angle < 1e-9) return Eigen::Matrix3f::Identity();
  return Eigen::AngleAxisd(angle, vector / angle).toRotationMatrix().cast<float>();
}

HeadAngles head_angles(const Eigen::Matrix3f& rotation) noexcept {
  const Eigen::AngleAxisd turn(Eigen::Matrix3d(rotation.cast<double>()));
  const Eigen::Vector3d vector = turn.angle() * turn.axis();
  return {static_cast<float>(vector.y()), static_cast<float>(vector.x()), static_cast<float>(vector.z())};
}

}  // namespace parlante
