// Where the fitted head lies in the photo: what all parts of the preparation start from.
#pragma once

#include <span>
#include <vector>

#include "avatar/depth_raster.hpp"
#include "face/landmarks.hpp"
#include "head/head_fit.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// Holds references to the model, the fit and the landmarks: they must outlive it.
struct PhotoGeometry {
  PhotoGeometry(const HeadModel& head_model, const HeadFit& head_fit, const Landmarks& points,
                int picture_size);

  const HeadModel& head;
  const HeadFit& fit;
  const Landmarks& landmarks;
  int size;                  ///< side of the working picture, px
  float px_per_cm;           ///< at the depth of the head's origin
  Eigen::Matrix3f rotation;  ///< head frame -> camera
  Vec3f translation;
  std::vector<Vec3f> rest;     ///< head frame: base + photo's expression + residual
  std::vector<Vec3f> screen;   ///< px x, px y, camera z (larger is nearer)
  std::vector<Vec3f> normals;  ///< camera frame, unit, of the outer skin's vertices; zero elsewhere
  DepthRaster skin;            ///< face and head

  Vec2f at(std::int32_t vertex) const noexcept { return screen[static_cast<std::size_t>(vertex)].head<2>(); }
  /// The model's own place of one of the tracker's points.
  Vec2f landmark(std::size_t index) const noexcept;
  std::vector<Vec2f> loop(HeadLoop which) const;
  /// Two loops that run from x- to x+ closed to a polygon.
  std::vector<Vec2f> ring(HeadLoop upper, HeadLoop lower) const;
  /// The mean head's positions of the face and head.
  std::span<const Vec3f> neutral_skin() const noexcept {
    return std::span(head.neutral).first(static_cast<std::size_t>(head.skin_end()));
  }
  bool upper_side(std::size_t vertex) const noexcept { return head.lip_side[vertex] > 0; }
  /// Hidden between the closed lips: deeper than the contact line.
  bool inside_lips(std::size_t vertex) const noexcept {
    return head.lip_depth[vertex] > (upper_side(vertex) ? .3f : 1.3f);
  }
};

inline HeadLoop upper_lid(int eye) noexcept {
  return eye == 0 ? HeadLoop::lid_right_upper : HeadLoop::lid_left_upper;
}
inline HeadLoop lower_lid(int eye) noexcept {
  return eye == 0 ? HeadLoop::lid_right_lower : HeadLoop::lid_left_lower;
}

/// The tracker's points around the face.
inline constexpr std::array<std::size_t, 36> kFaceOval = {
    10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};

}  // namespace parlante
