// One person's head in one photo: pose, identity, expression and what is left over.
#pragma once

#include <Eigen/Core>
#include <array>
#include <span>
#include <vector>

#include "core/arkit.hpp"
#include "core/result.hpp"
#include "face/landmarks.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// Pinhole camera of the photo: looks along -z; pixel (u, v) = (cx + f·X/-Z, cy - f·Y/-Z), pixel centres at
/// +.5.
struct Camera {
  double focal_px = 0, cx = 0, cy = 0;
  Vec2d project(const Vec3d& camera_point) const noexcept {
    const double depth = -camera_point.z();
    return {cx + focal_px * camera_point.x() / depth, cy - focal_px * camera_point.y() / depth};
  }
};

struct HeadFitOptions {
  double focal_over_size = 1.6;  ///< focal length over the picture's side, where EXIF does not say it
  int iterations = 6;
  std::span<const float>
      landmark_weights;      ///< 468 factors; empty: all 1. Zero leaves a landmark out (held-out checks)
  bool with_surface = true;  ///< also make `base` and `residual`; without, only pose, weights and landmarks
};

struct HeadFit {
  Camera camera;
  Eigen::Matrix3d rotation;        ///< head frame -> camera frame: Y = rotation·X + translation
  Vec3d translation;               ///< cm
  std::vector<double> identity;    ///< a weight an identity axis
  BlendshapeWeights expression{};  ///< the photo's own expression
  bool lips_closed = false;        ///< inner gap / mouth width < .045: the lips were snapped shut
  double eye_distance_px = 0;      ///< between the iris centres
  std::array<Vec2d, kMeshLandmarks> targets{};    ///< landmarks in px, after the snap
  std::array<Vec2d, kMeshLandmarks> residuals{};  ///< target - projected model, px
  std::vector<Vec3f> base;  ///< neutral of this person, all vertices, cm (without expression and residual)
  std::vector<Vec3f> residual;  ///< carried through all expressions; zero outside the skin (design 5.3)
};

/// Fits the head to 478 landmarks of a square picture of side `size` px (design 5.2, 5.3). Takes about .3 s.
/// Errors: no_face when the landmarks are degenerate; usage when size, focal length or weights are
/// impossible. Thread-safe.
Result<HeadFit> fit_head(const Landmarks& landmarks, double size, const HeadModel& model,
                         const HeadFitOptions& options = {});

/// base + residual + expressions: the person's head vertices for absolute weights, head frame, cm.
std::vector<Vec3f> posed_vertices(const HeadFit& fit, const HeadModel& model,
                                  const BlendshapeWeights& weights);

}  // namespace parlante
