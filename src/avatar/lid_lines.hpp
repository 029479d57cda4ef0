// Where a shut lid lies in the photo of the open eye.
#pragma once

#include <opencv2/core.hpp>

#include "avatar/numeric.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

/// Where things are about one eye, px of the part.
struct LidLines {
  Curve margin, shut, lower, brow;  ///< upper margin, where lids meet, lower margin, below the brow
  float left, right, k;             ///< corners; px per cm
  bool outer_left;

  /// -> 0..1 between the corners
  float along(float x) const noexcept {
    return std::clamp((x - left) / std::max(right - left, 1.f), 0.f, 1.f);
  }
  float width() const noexcept { return std::max(right - left, 1.f) / k; }  ///< cm
  /// cm from the nearer corner; beyond them less than 0
  float inside(float x) const noexcept { return std::min(x - left, right - x) / k; }
  float from_inner(float x) const noexcept { return (outer_left ? right - x : x - left) / k; }
  float from_outer(float x) const noexcept { return (outer_left ? x - left : right - x) / k; }
  /// How much of the lid's skin lies on the ball, 0..1: a lid goes on beyond the outer corner.
  float on_ball(float x) const noexcept;
  /// Half of the cm over which it goes over into the lower lid's: beyond the corner there is no edge.
  float edge(float x) const noexcept;
  float drop(float x) const noexcept { return std::max(shut(x) - margin(x), 0.f); }
  /// How far above the margin skin takes part when the lid comes down: not the brow's.
  float reach(float x) const noexcept { return std::clamp(.62f * (margin(x) - brow(x)), .16f * k, .95f * k); }
};

/// `eye`: 0 right, 1 left; `part`: of the photo.
LidLines lid_lines(const PhotoGeometry& geometry, int eye, const cv::Rect& part);

}  // namespace parlante
