// What the tracker saw, prepared for fitting: targets, depths, weights, and the camera they are seen by.
#pragma once

#include <Eigen/Core>
#include <array>
#include <span>

#include "face/landmarks.hpp"
#include "head/head_fit.hpp"
#include "head/landmark_basis.hpp"

namespace parlante {

struct LandmarkTargets {
  Camera camera;
  double size = 0;                             ///< side of the picture, px
  std::array<Vec2d, kMeshLandmarks> points{};  ///< px; lips that are nearly shut are snapped together
  std::array<double, kMeshLandmarks>
      depth{};  ///< tracker's z turned round: px, larger = nearer, mean 0 over the landmarks in use
  std::array<double, kMeshLandmarks> weights{};  ///< oval .25, inner lips 2, others 1, times the caller's
  bool lips_closed = false;
  double eye_distance_px = 0;  ///< between the iris centres
  Vec2d eyes_middle = Vec2d::Zero();
  double eyes_roll = 0;  ///< rad, counter-clockwise: slope of the line between the eyes

  bool used(std::size_t n) const noexcept { return weights[n] > 0; }
  double pixels_per_cm() const noexcept {
    return eye_distance_px / 6.2;
  }  ///< by the mean distance of human pupils
};

/// Weight of the tracker's depth beside its x and y: without it pitch drifts by 8° (design 5.2).
inline constexpr double kDepthWeight = .5;

/// Errors: no_face (landmarks not finite, or eyes or mouth without extent), usage (size or weights
/// impossible).
Result<LandmarkTargets> prepare_targets(const Landmarks& landmarks, double size, double focal_over_size,
                                        std::span<const float> factors);

}  // namespace parlante
