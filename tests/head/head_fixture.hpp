// The real head, loaded once, and landmarks made from it.
#pragma once

#include <gtest/gtest.h>

#include "face/landmarks.hpp"
#include "head/head_fit.hpp"
#include "head/head_model.hpp"
#include "head/landmark_basis.hpp"
#include "head/rotation.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

inline const HeadModel& head() {
  static const Result<HeadModel> model = load_head_model(models_folder() / "head.plhead");
  if (!model) {
    ADD_FAILURE() << model.error().message;
    std::abort();
  }
  return *model;
}

/// A head whose every number is known.
struct KnownHead {
  HeadAngles angles;             ///< of the head against the camera
  Vec3d translation{0, 0, -60};  ///< cm
  std::vector<std::pair<std::string, float>> identity;
  std::vector<std::pair<Blendshape, float>> expression;

  Eigen::Matrix3d rotation() const {
    return head_rotation(angles.yaw, angles.pitch, angles.roll).cast<double>();
  }

  std::vector<Vec3f> vertices() const {
    std::vector<Vec3f> all = head().neutral;
    for (const auto& [name, weight] : identity)
      for (const IdentityAxis& axis : head().identity)
        if (axis.name == name) add_identity(head(), axis, weight, all);
    for (const auto& [shape, weight] : expression)
      add_delta(head().expressions[static_cast<std::size_t>(shape)], weight, all);
    return all;
  }
};

/// The landmarks a perfect tracker would see of head vertices.
inline Landmarks seen(const std::vector<Vec3f>& vertices, const Eigen::Matrix3d& rotation,
                      const Vec3d& translation, const Camera& camera) {
  Landmarks landmarks;
  const auto place = [&](std::size_t n, const Vec3d& point) {
    const Vec3d y = rotation * point + translation;
    landmarks[n].head<2>() = camera.project(y).cast<float>();
    landmarks[n].z() = static_cast<float>(camera.focal_px / translation.z() * y.z());
  };
  const LandmarkPoints points = landmarks_on(head(), vertices);
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) place(n, points.col(static_cast<Eigen::Index>(n)));
  const auto eye = [&](HeadPart part, std::size_t first) {
    Vec3d centre = Vec3d::Zero();
    for (std::int32_t v = head().part(part).begin; v < head().part(part).end; ++v)
      centre += vertices[static_cast<std::size_t>(v)].cast<double>() / head().part(part).size();
    for (std::size_t n = first; n < first + 5; ++n) place(n, centre + Vec3d(0, 0, 1.5));
  };
  eye(HeadPart::eye_right, kIrisRight);
  eye(HeadPart::eye_left, kIrisLeft);
  return landmarks;
}

inline Landmarks seen(const KnownHead& known, double size) {
  return seen(known.vertices(), known.rotation(), known.translation, {1.6 * size, size / 2, size / 2});
}

inline double degrees_between(const Eigen::Matrix3d& a, const Eigen::Matrix3d& b) {
  return std::acos(std::clamp(((a.transpose() * b).trace() - 1) / 2, -1.0, 1.0)) * 180 / 3.14159265358979;
}

/// Mean residual over the eye distance, of all landmarks or of those with weight zero.
inline double mean_residual(const HeadFit& fit) {
  double sum = 0;
  for (const Vec2d& residual : fit.residuals) sum += residual.norm();
  return sum / static_cast<double>(fit.residuals.size()) / fit.eye_distance_px;
}

}  // namespace parlante::testing
