#include "head/landmark_targets.hpp"

#include <algorithm>
#include <cmath>

#include "head/landmark_groups.hpp"

namespace parlante {
namespace {

constexpr double kOvalWeight = .25, kInnerLipWeight = 2;
constexpr double kClosedGap =
    .045;  // widest inner gap over the mouth's width below which the lips count as shut

Vec2d flat(const Eigen::Vector3f& landmark) {
  return landmark.head<2>().cast<double>();
}

}  // namespace

Result<LandmarkTargets> prepare_targets(const Landmarks& landmarks, double size, double focal_over_size,
                                        std::span<const float> factors) {
  if (!(size > 0) || !(focal_over_size > 0))
    return fail(ErrorKind::usage, "Picture size and focal length must be positive.");
  if (!factors.empty() && factors.size() != kMeshLandmarks)
    return fail(ErrorKind::usage, "There must be 468 landmark weights.");
  for (const auto& landmark : landmarks)
    if (!landmark.allFinite() || landmark.cwiseAbs().maxCoeff() > 100 * size)
      return fail(ErrorKind::no_face, "The face's landmarks are not usable.");

  LandmarkTargets targets;
  targets.size = size;
  targets.camera = {focal_over_size * size, size / 2, size / 2};
  const Vec2d right = flat(landmarks[kIrisRight]), left = flat(landmarks[kIrisLeft]);
  targets.eye_distance_px = (left - right).norm();
  targets.eyes_middle = (left + right) / 2;
  targets.eyes_roll = std::atan2(right.y() - left.y(), left.x() - right.x());
  const double mouth = flat(landmarks[kUpperInnerLip.front()] - landmarks[kUpperInnerLip.back()]).norm();
  if (targets.eye_distance_px < 2 || targets.eye_distance_px < .002 * size || mouth < .1)
    return fail(ErrorKind::no_face, "The face in the picture is too small to be fitted.");

  for (std::size_t n = 0; n < kMeshLandmarks; ++n) targets.points[n] = flat(landmarks[n]);
  double gap = 0;
  for (std::size_t k = 1; k + 1 < kUpperInnerLip.size(); ++k)
    gap = std::max(gap, (targets.points[kUpperInnerLip[k]] - targets.points[kLowerInnerLip[k]]).norm());
  targets.lips_closed = gap < kClosedGap * mouth;
  if (targets.lips_closed)
    for (std::size_t k = 0; k < kUpperInnerLip.size(); ++k) {
      Vec2d &upper = targets.points[kUpperInnerLip[k]], &lower = targets.points[kLowerInnerLip[k]];
      upper = lower = Vec2d((upper + lower) / 2);
    }

  targets.weights.fill(1);
  for (const std::size_t n : kFaceOval) targets.weights[n] = kOvalWeight;
  for (const std::size_t n : kUpperInnerLip) targets.weights[n] = kInnerLipWeight;
  for (const std::size_t n : kLowerInnerLip) targets.weights[n] = kInnerLipWeight;
  double mean = 0, count = 0;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    if (!factors.empty()) {
      if (!(factors[n] >= 0 && factors[n] <= 1000))
        return fail(ErrorKind::usage, "Landmark weights must lie in 0..1000.");
      targets.weights[n] *= static_cast<double>(factors[n]);
    }
    targets.depth[n] = -static_cast<double>(landmarks[n].z());
    if (targets.used(n)) mean += targets.depth[n], ++count;
  }
  if (count < 50) return fail(ErrorKind::usage, "Too few landmarks have a weight.");
  for (double& depth : targets.depth) depth -= mean / count;
  return targets;
}

}  // namespace parlante
