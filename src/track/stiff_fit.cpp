#include "track/stiff_fit.hpp"

#include <Eigen/LU>
#include <Eigen/SVD>
#include <cmath>

namespace parlante {
namespace {

constexpr int kFewestPoints = 8;
constexpr double kLargestPixel = 1e6;  // beyond it squares lose the small differences that matter

using Mask = std::array<bool, kStiffPoints.size()>;

/// How much each point is believed: the nose's base rides on the upper lip, and the outline slides over cheek
/// and hair.
constexpr double weight_of(std::size_t landmark) noexcept {
  if (landmark == 2 || landmark == 98 || landmark == 327) return .4;
  if (landmark == 234 || landmark == 454 || landmark == 109 || landmark == 338 || landmark == 10 ||
      landmark == 54 || landmark == 284)
    return .5;
  return 1;
}

std::optional<StiffFit> fit(const StiffShape& from, const StiffShape& onto, const Mask& used) noexcept {
  double total = 0;
  int count = 0;
  Vec3d from_mean = Vec3d::Zero(), onto_mean = Vec3d::Zero();
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const double weight = weight_of(kStiffPoints[i]);
    from_mean += weight * from.col(static_cast<Eigen::Index>(i));
    onto_mean += weight * onto.col(static_cast<Eigen::Index>(i));
    total += weight, ++count;
  }
  if (count < kFewestPoints) return std::nullopt;
  from_mean /= total, onto_mean /= total;
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
  double from_extent = 0, onto_extent = 0;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const auto column = static_cast<Eigen::Index>(i);
    const double weight = weight_of(kStiffPoints[i]);
    const Vec3d a = from.col(column) - from_mean, b = onto.col(column) - onto_mean;
    covariance += weight * b * a.transpose();
    from_extent += weight * a.squaredNorm(), onto_extent += weight * b.squaredNorm();
  }
  if (!(from_extent > 1e-9 * total) || !(onto_extent > 1e-9 * total)) return std::nullopt;

  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(covariance, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Vec3d& sizes = svd.singularValues();
  if (!(sizes[1] > 1e-4 * sizes[0])) return std::nullopt;  // all on one line: no rotation about it
  const Vec3d signs(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1);
  StiffFit found;
  found.rotation = svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
  found.scale = sizes.dot(signs) / from_extent;
  if (!(found.scale > 0) || !std::isfinite(found.scale)) return std::nullopt;
  found.shift = onto_mean - found.scale * (found.rotation * from_mean);
  double miss = 0;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    const auto column = static_cast<Eigen::Index>(i);
    miss +=
        weight_of(kStiffPoints[i]) * (onto.col(column) - found.into_picture(from.col(column))).squaredNorm();
  }
  found.residual_px = std::sqrt(miss / total);
  return found;
}

}  // namespace

Eigen::Matrix3d nearest_rotation(const Eigen::Matrix3d& matrix) noexcept {
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(matrix, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Vec3d signs(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1);
  return svd.matrixU() * signs.asDiagonal() * svd.matrixV().transpose();
}

Vec3d StiffFit::into_head(const Eigen::Vector3f& landmark) const noexcept {
  return rotation.transpose() * (upright(landmark) - shift) / scale;
}

std::optional<StiffFit> fit_stiff(const StiffShape& head, const TrackedFrame& frame) noexcept {
  StiffShape seen = StiffShape::Zero();
  Mask used{};
  for (std::size_t i = 0; i < kStiffPoints.size(); ++i) {
    const Eigen::Vector3f& landmark = frame.landmarks[kStiffPoints[i]];
    const auto column = static_cast<Eigen::Index>(i);
    used[i] = is_known(frame, kStiffPoints[i]) && landmark.cwiseAbs().maxCoeff() < kLargestPixel &&
              head.col(column).allFinite();
    if (used[i]) seen.col(column) = upright(landmark);
  }
  return fit(head, seen, used);
}

std::optional<StiffFit> fit_shapes(const StiffShape& from, const StiffShape& onto) noexcept {
  Mask used{};
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto column = static_cast<Eigen::Index>(i);
    used[i] = from.col(column).allFinite() && onto.col(column).allFinite();
  }
  // Columns that are not used may hold NaN, which the fit does not read.
  return fit(from, onto, used);
}

}  // namespace parlante
