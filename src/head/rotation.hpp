// The one place that says what yaw, pitch and roll of a head mean.
//
// The three angles are the components of one rotation vector in the head's frame (x to the picture's right, y
// up, z to the viewer), so there is no order of axes and no gimbal: (pitch, yaw, roll) = axis · angle.
// Positive pitch turns about +x and nods down, positive yaw turns about +y towards the picture's right,
// positive roll turns about +z, counter-clockwise as seen in the picture.
//
// A frame places a point X of the photo's head at  rotation0 · (R · (X - pivot) + pivot + translation) +
// translation0, where R = head_rotation(...) and rotation0, translation0 are the photo's own pose (HeadFit,
// Avatar).
#pragma once

#include <Eigen/Core>

namespace parlante {

/// Angles relative to the photo, rad; the signs are FaceCode's.
struct HeadAngles {
  float yaw = 0, pitch = 0, roll = 0;
};

/// The rotation matrix of the rotation vector (pitch, yaw, roll), rad.
Eigen::Matrix3f head_rotation(float yaw, float pitch, float roll) noexcept;

/// The angles whose head_rotation() is `rotation`; exact inverse for turns below 180°.
HeadAngles head_angles(const Eigen::Matrix3f& rotation) noexcept;

/// The point a head turns about: between the ears, upper neck; cm in the head's frame (design 5.4).
inline Eigen::Vector3f head_pivot() noexcept {
  return {0.f, -2.5f, -2.f};
}

}  // namespace parlante
