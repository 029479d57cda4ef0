#include "face/carried_region.hpp"

#include <array>
#include <cmath>

#include "face/head_pose.hpp"

namespace parlante {

CarriedRegion::CarriedRegion(const Region& region, const Landmarks& landmarks) noexcept
    : region_(region), origin_(placement(landmarks)) {}

CarriedRegion::Placement CarriedRegion::placement(const Landmarks& landmarks) noexcept {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const std::size_t i : kStiffLandmarks) mean += landmarks[i].cast<double>();
  mean /= static_cast<double>(kStiffLandmarks.size());
  // The size is taken in space: in the picture alone it would shrink when the head turns.
  double squares = 0;
  for (const std::size_t i : kStiffLandmarks) squares += (landmarks[i].cast<double>() - mean).squaredNorm();
  const Eigen::Vector3f across = landmarks[263] - landmarks[33];
  return {mean.x(), mean.y(), std::sqrt(squares), std::atan2(across.y(), across.x())};
}

Region CarriedRegion::at(const Landmarks& landmarks) const noexcept {
  const Placement now = placement(landmarks);
  const double turn = now.angle - origin_.angle, growth = now.size / origin_.size;
  const double right = growth * (region_.x - origin_.x), down = growth * (region_.y - origin_.y);
  return {now.x + std::cos(turn) * right - std::sin(turn) * down,
          now.y + std::sin(turn) * right + std::cos(turn) * down, growth * region_.width,
          growth * region_.height, region_.angle + turn};
}

}  // namespace parlante
