#include "face/head_pose.hpp"

#include <Eigen/Geometry>
#include <Eigen/SVD>
#include <cmath>

namespace parlante {
namespace {

struct CanonicalPoint {
  float x, y, z;
};

/// The stiff landmarks on the canonical face: cm, x to the picture's right, y up, z to the viewer. From the
/// geometry metadata inside MediaPipe's face_landmarker.task (Apache-2.0, Google).
constexpr std::array<CanonicalPoint, kStiffLandmarks.size()> kCanonicalFace{{
    {0, 8.2618F, 4.4815F},         {0, 6.5454F, 5.0273F},         {0, 4.8860F, 5.3853F},
    {0, 4.0190F, 5.2848F},         {0, 3.2710F, 5.2360F},         {0, 2.4733F, 5.7886F},
    {0, 1.7284F, 6.3168F},         {0, 1.0594F, 6.7746F},         {-4.4459F, 2.6640F, 3.1734F},
    {-1.8564F, 2.5852F, 3.7579F},  {1.8564F, 2.5852F, 3.7579F},   {4.4459F, 2.6640F, 3.1734F},
    {-7.6642F, 0.6731F, -2.4359F}, {7.6642F, 0.6731F, -2.4359F},  {-7.7431F, 2.3650F, -2.0052F},
    {7.7431F, 2.3650F, -2.0052F},  {0, 0.3657F, 7.2429F},         {0, -0.4632F, 7.5866F},
    {0, -1.1269F, 7.4756F},        {-4.7655F, -0.7016F, 3.5346F}, {4.7655F, -0.7016F, 3.5346F},
}};
constexpr float kCanonicalEyeDistance = 8.8918F;  // of the outer corners, cm

using Points = Eigen::Matrix<double, 3, static_cast<int>(kStiffLandmarks.size())>;

}  // namespace

float HeadPose::turned_away() const noexcept {
  const Eigen::Vector3f turn(pitch, yaw, roll);
  const float angle = turn.norm();
  if (angle < 1e-6F) return 0;
  const Eigen::Vector3f nose = Eigen::AngleAxisf(angle, turn / angle) * Eigen::Vector3f::UnitZ();
  return std::atan2(nose.head<2>().norm(), nose.z());
}

HeadPose head_pose(const Landmarks& landmarks) noexcept {
  Points face, seen;
  for (std::size_t i = 0; i < kStiffLandmarks.size(); ++i) {
    const auto& c = kCanonicalFace[i];
    const auto& point = landmarks[kStiffLandmarks[i]];
    const auto column = static_cast<Eigen::Index>(i);
    face.col(column) = Eigen::Vector3d(c.x, c.y, c.z);
    seen.col(column) = Eigen::Vector3d(point.x(), -point.y(), -point.z());
  }
  if (!seen.allFinite()) return {};
  face.colwise() -= Eigen::Vector3d(face.rowwise().mean());
  seen.colwise() -= Eigen::Vector3d(seen.rowwise().mean());
  if (seen.squaredNorm() < 1e-6) return {};

  const Eigen::Matrix3d covariance = seen * face.transpose();
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(covariance, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d signs(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1);
  const Eigen::Matrix3d rotation = svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
  const double scale = svd.singularValues().dot(signs) / face.squaredNorm();
  if (!(scale > 0)) return {};

  const Eigen::AngleAxisd turn(rotation);
  const Eigen::Vector3d vector = turn.angle() * turn.axis();
  const double miss =
      std::sqrt((seen - scale * rotation * face).squaredNorm() / static_cast<double>(face.cols()));
  return {static_cast<float>(vector.y()), static_cast<float>(vector.x()), static_cast<float>(vector.z()),
          static_cast<float>(scale), static_cast<float>(miss / (scale * kCanonicalEyeDistance))};
}

}  // namespace parlante
