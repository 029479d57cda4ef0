// Clips of a head whose every number is known, as a tracker without noise sees them.
#pragma once

#include <cmath>
#include <initializer_list>
#include <vector>

#include "head/head_fixture.hpp"
#include "track/face_code_solver.hpp"
#include "track/mouth_rows.hpp"
#include "track/stiff_fit.hpp"

namespace parlante::testing {

inline constexpr float kPictureSize = 512;

/// A frame of a far camera, so that perspective plays no part. As with real trackers, the chin goes part of
/// its way.
inline TrackedFrame frame_of(const KnownHead& known, double distance_factor = 1) {
  constexpr double distance = 400;
  Vec3d place = known.translation;
  place.z() = -distance * distance_factor;
  const Camera camera{distance * 5, kPictureSize / 2, kPictureSize / 2};
  TrackedFrame frame;
  frame.landmarks = seen(known.vertices(), known.rotation(), place, camera);
  frame.picture_size = kPictureSize;
  KnownHead resting = known;
  resting.expression.clear();
  const Landmarks rest = seen(resting.vertices(), known.rotation(), place, camera);
  for (std::size_t i = kLipPoints; i < kMouthPoints.size(); ++i) {
    Eigen::Vector3f& chin = frame.landmarks[kMouthPoints[i]];
    chin = rest[kMouthPoints[i]] + static_cast<float>(kSeenOfChin) * (chin - rest[kMouthPoints[i]]);
  }
  return frame;
}

inline TrackedFrame frame_of(std::initializer_list<std::pair<Blendshape, float>> expression,
                             HeadAngles angles = {}) {
  KnownHead known;
  known.expression = expression;
  known.angles = angles;
  return frame_of(known);
}

/// A third of the frames shut and still, then the frames given, in which the person speaks.
inline std::vector<TrackedFrame> with_rest(std::vector<TrackedFrame> frames) {
  const std::size_t spoken = frames.size();
  frames.resize(spoken + std::max<std::size_t>(spoken, 4), frame_of({}));
  return frames;
}

inline const FaceCodeSolver& solver() {
  static const FaceCodeSolver made(head());
  return made;
}

/// Only the points that the solver cannot do without, as small data sets keep them.
inline KnownLandmarks mouth_and_stiff_points() {
  KnownLandmarks known;
  for (const std::size_t point : kMouthPoints) known.set(point);
  for (const std::size_t point : kStiffPoints) known.set(point);
  return known;
}

/// The change of the inner lips' gap from rest on the rig, over the distance of the outer eye corners.
inline double true_gap_change(const KnownHead& known) {
  const auto gap = [](const KnownHead& of) {
    const LandmarkPoints points = landmarks_on(head(), of.vertices());
    const auto at = [&](std::size_t n) { return Vec3d(points.col(static_cast<Eigen::Index>(n))); };
    double sum = 0;
    for (std::size_t i = 0; i < kInnerPairs; ++i)
      sum += (at(kLipPairs[i].upper) - at(kLipPairs[i].lower)).norm() / 3;
    return sum / (at(33) - at(263)).norm();
  };
  return gap(known) - gap({});
}

}  // namespace parlante::testing
