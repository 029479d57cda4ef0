#include "head/residual_field.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "head/landmark_groups.hpp"

namespace parlante {
namespace {

constexpr double kSmoothing = 1e-3, kOvalSmoothing = .5, kCornerSmoothing = .6;
constexpr double kSame = 1e-3;                 // cm: sources nearer than this are one
constexpr double kLinearUnit = .1;             // brings the linear term to the size of the others
constexpr float kFadeFrom = 1, kFadeOver = 4;  // cm

std::vector<std::size_t> distinct(const LandmarkPoints& sources,
                                  const std::array<bool, kMeshLandmarks>& used) {
  std::vector<std::size_t> kept;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    const auto near = [&](std::size_t other) {
      return (sources.col(static_cast<Eigen::Index>(n)) - sources.col(static_cast<Eigen::Index>(other)))
                 .norm() < kSame;
    };
    if (used[n] && std::none_of(kept.begin(), kept.end(), near)) kept.push_back(n);
  }
  return kept;
}

}  // namespace

std::vector<Vec3f> residual_field(const LandmarkPoints& sources, const LandmarkPoints& displacements,
                                  const std::array<bool, kMeshLandmarks>& used, std::span<const Vec3f> skin) {
  std::array<double, kMeshLandmarks> smoothing;
  smoothing.fill(kSmoothing);
  for (const std::size_t n : kFaceOval) smoothing[n] = kOvalSmoothing;
  for (const std::size_t n : kLipCorners) smoothing[n] = kCornerSmoothing;

  const std::vector<std::size_t> kept = distinct(sources, used);
  const auto count = static_cast<Eigen::Index>(kept.size());
  Eigen::Matrix3Xd at(3, count);
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(count + 4, count + 4);
  Eigen::MatrixX3d right = Eigen::MatrixX3d::Zero(count + 4, 3);
  for (Eigen::Index k = 0; k < count; ++k) {
    const auto n = static_cast<Eigen::Index>(kept[static_cast<std::size_t>(k)]);
    at.col(k) = sources.col(n);
    right.row(k) = displacements.col(n).transpose();
  }
  for (Eigen::Index k = 0; k < count; ++k) {
    system.col(k).head(count) = (at.colwise() - Vec3d(at.col(k))).colwise().norm().transpose();
    system(k, k) = -smoothing[kept[static_cast<std::size_t>(k)]];
    system.block<1, 4>(k, count) << 1, kLinearUnit * at.col(k).transpose();
  }
  system.bottomLeftCorner(4, count) = system.topRightCorner(count, 4).transpose();
  const Eigen::MatrixX3d solution = system.partialPivLu().solve(right);

  // The sums over the sources run in single precision: coefficients are of the order of the displacements.
  const Eigen::ArrayXf x = at.row(0).transpose().cast<float>(), y = at.row(1).transpose().cast<float>(),
                       z = at.row(2).transpose().cast<float>();
  const Eigen::MatrixX3f waves = solution.topRows(count).cast<float>();
  const Eigen::Matrix<float, 4, 3> linear = solution.bottomRows<4>().cast<float>();
  std::vector<Vec3f> field(skin.size());
  Eigen::ArrayXf distance(count);
  for (std::size_t v = 0; v < skin.size(); ++v) {
    const Vec3f& p = skin[v];
    distance = ((x - p.x()).square() + (y - p.y()).square() + (z - p.z()).square()).sqrt();
    const Eigen::RowVector4f affine(1, static_cast<float>(kLinearUnit) * p.x(),
                                    static_cast<float>(kLinearUnit) * p.y(),
                                    static_cast<float>(kLinearUnit) * p.z());
    const float beyond = std::max(distance.minCoeff() - kFadeFrom, 0.f) / kFadeOver;
    field[v] =
        std::exp(-beyond * beyond) * (distance.matrix().transpose() * waves + affine * linear).transpose();
  }
  return field;
}

}  // namespace parlante
