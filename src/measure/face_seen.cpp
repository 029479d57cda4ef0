#include "measure/face_seen.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "face/head_pose.hpp"

namespace parlante {
namespace {

using Pairs = std::array<std::array<std::size_t, 2>, 3>;
constexpr Pairs kInnerLips{{{82, 87}, {13, 14}, {312, 317}}};
struct Eye {
  std::size_t corner, other_corner, iris;
  Pairs lids;
};
constexpr std::array<Eye, 2> kEyes{{{33, 133, kIrisRight, {{{160, 144}, {159, 145}, {158, 153}}}},
                                    {362, 263, kIrisLeft, {{{385, 380}, {386, 374}, {387, 373}}}}}};
constexpr std::size_t kRightEyeOuter = 33, kLeftEyeOuter = 263, kMouthRight = 61, kMouthLeft = 291;

constexpr double kEyeDistance_cm = 8.89;  // of the outer corners of MediaPipe's canonical face
constexpr double kEyeballRadius_cm = 1.2;
// Shares of the look in the head against the look in the picture: free of the head's turn in renders of known
// gaze.
constexpr double kYawInHead = .25, kPitchInHead = .4;

double gap(const Landmarks& points, const Pairs& pairs) {
  double sum = 0;
  for (const auto& [upper, lower] : pairs)
    sum += (points[upper] - points[lower]).head<2>().cast<double>().norm();
  return sum / static_cast<double>(pairs.size());
}

/// x to the picture's right, y up, z to the viewer.
Eigen::Vector3d upright(const Eigen::Vector3f& point) {
  return {point.x(), -point.y(), -point.z()};
}

double angle_on_ball(double offset_cm) {
  return std::asin(std::clamp(offset_cm / kEyeballRadius_cm, -1., 1.));
}

}  // namespace

FaceSeen face_seen(const Landmarks& landmarks) noexcept {
  const HeadPose pose = head_pose(landmarks);
  const double eyes = (landmarks[kRightEyeOuter] - landmarks[kLeftEyeOuter]).cast<double>().norm();
  if (!(pose.scale > 0) || !(eyes > 0)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan, nan, nan, nan, nan, nan, nan};
  }
  FaceSeen seen;
  seen.eye_distance_px = eyes;
  seen.lip_gap = gap(landmarks, kInnerLips) / eyes;
  seen.lip_width = (landmarks[kMouthRight] - landmarks[kMouthLeft]).cast<double>().norm() / eyes;
  seen.pitch = pose.pitch, seen.yaw = pose.yaw, seen.roll = pose.roll;

  const Eigen::Vector3d turn(pose.pitch, pose.yaw, pose.roll);
  const double angle = turn.norm();
  const Eigen::Vector3d axis = angle > 1e-9 ? Eigen::Vector3d(turn / angle) : Eigen::Vector3d::UnitX();
  const Eigen::Matrix3d to_head = Eigen::AngleAxisd(-angle, axis).toRotationMatrix();
  const Eigen::Matrix3d level = Eigen::AngleAxisd(-pose.roll, Eigen::Vector3d::UnitZ()).toRotationMatrix();
  Eigen::Vector3d in_picture = Eigen::Vector3d::Zero(), in_head = in_picture;
  for (const Eye& eye : kEyes) {
    const Eigen::Vector3d corner = upright(landmarks[eye.corner]),
                          other = upright(landmarks[eye.other_corner]);
    const double width = (corner - other).norm();
    if (width > 0) seen.lid_gap += .5 * gap(landmarks, eye.lids) / width;
    const Eigen::Vector3d offset = upright(landmarks[eye.iris]) - .5 * (corner + other);
    in_picture += .5 * kEyeDistance_cm / eyes * (level * offset);
    in_head += .5 * kEyeDistance_cm / eyes * (to_head * offset);
  }
  seen.gaze_yaw = angle_on_ball((1 - kYawInHead) * in_picture.x() + kYawInHead * in_head.x());
  seen.gaze_pitch = angle_on_ball((1 - kPitchInHead) * in_picture.y() + kPitchInHead * in_head.y());
  return seen;
}

}  // namespace parlante
