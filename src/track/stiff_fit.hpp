// How a head is held in a frame, from the landmarks that no expression moves.
#pragma once

#include <Eigen/Core>
#include <array>
#include <optional>

#include "head/head_model.hpp"
#include "track/tracked_frame.hpp"

namespace parlante {

/// Eye corners, bridge and tip of the nose, nostrils' roots, forehead and temples.
inline constexpr std::array<std::size_t, 26> kStiffPoints{33,  133, 362, 263, 168, 6,   197, 195, 5,
                                                          4,   1,   2,   98,  327, 10,  151, 9,   8,
                                                          127, 356, 234, 454, 109, 338, 54,  284};
using StiffShape = Eigen::Matrix<double, 3, static_cast<int>(kStiffPoints.size())>;

/// seen = scale · rotation · X + shift for X in the head's frame (cm of the rig); seen in px, x right, y up,
/// z to the viewer.
struct StiffFit {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Vec3d shift = Vec3d::Zero();
  double scale = 0;
  double residual_px = 0;  ///< root mean square over the points used

  Vec3d into_head(const Eigen::Vector3f& landmark) const noexcept;
  Vec3d into_picture(const Vec3d& head_point) const noexcept {
    return scale * (rotation * head_point) + shift;
  }
};

/// A landmark with y up and z to the viewer, px.
inline Vec3d upright(const Eigen::Vector3f& landmark) noexcept {
  return Vec3d(static_cast<double>(landmark.x()), -static_cast<double>(landmark.y()),
               -static_cast<double>(landmark.z()));
}

inline bool is_known(const TrackedFrame& frame, std::size_t landmark) noexcept {
  return frame.known[landmark] && frame.landmarks[landmark].allFinite();
}

/// The weighted similarity (Umeyama 1991) of `head` to the frame's stiff landmarks. Nothing when fewer than 8
/// are known, or when they have no extent.
std::optional<StiffFit> fit_stiff(const StiffShape& head, const TrackedFrame& frame) noexcept;

/// The similarity that takes one shape onto another, all points known; nothing when one has no extent.
std::optional<StiffFit> fit_shapes(const StiffShape& from, const StiffShape& onto) noexcept;

/// The rotation nearest to a matrix (Frobenius norm); of a sum of rotations: their mean.
Eigen::Matrix3d nearest_rotation(const Eigen::Matrix3d& matrix) noexcept;

}  // namespace parlante
