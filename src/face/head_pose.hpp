// How a head is turned towards the camera, from landmarks alone.
#pragma once

#include <array>
#include <cstddef>

#include "face/landmarks.hpp"

namespace parlante {

/// Landmarks that hardly move with the expression: forehead, bridge and tip of the nose, eye corners,
/// temples, cheekbones.
inline constexpr std::array<std::size_t, 21> kStiffLandmarks{
    10, 151, 9, 8, 168, 6, 197, 195, 33, 133, 362, 263, 234, 454, 127, 356, 5, 4, 1, 50, 280};

/// Angles against a head that looks straight into the camera, rad: the components of one rotation vector
/// (axis times angle), as in head/rotation.hpp. yaw > 0: towards the image's right; pitch > 0: down; roll >
/// 0: counter-clockwise as seen in the picture.
struct HeadPose {
  float yaw = 0, pitch = 0, roll = 0;
  float scale = 0;  ///< px a cm of the canonical face
  float residual =
      0;  ///< root mean square of what the turned canonical face misses, in parts of the eye distance

  /// Angle between the face's and the camera's axis, rad; roll does not count. A profile has 1.57.
  float turned_away() const noexcept;
};

/// The rigid fit (Umeyama 1991) of MediaPipe's canonical face to the stiff landmarks in x, y and z.
/// Degenerate landmarks (all in one place, not finite) give zeros. Thread-safe.
HeadPose head_pose(const Landmarks& landmarks) noexcept;

}  // namespace parlante
