// What the measures take from the landmarks of one frame.
#pragma once

#include "face/landmarks.hpp"

namespace parlante {

/// A face in one frame. Lengths over the 3D distance of the outer eye corners, which a turn of the head does
/// not shorten; angles in rad.
struct FaceSeen {
  double lip_gap = 0;    ///< of the inner lips in the picture: mean of three pairs of points about the middle
  double lip_width = 0;  ///< distance of the mouth's corners, 3D
  double lid_gap = 0;  ///< between the lids over the width of the eye: mean of three pairs an eye, both eyes
  double pitch = 0, yaw = 0, roll = 0;  ///< against the camera, as face/head_pose.hpp
  double gaze_pitch = 0, gaze_yaw = 0;  ///< of the eyes in the head; > 0: up, to the picture's right
  double eye_distance_px = 0;
};

/// Nothing is known of degenerate landmarks: all NaN. Gaze: the iris against the middle between the corners
/// of its eye on a ball of 1.2 cm radius. Half-way between how that looks in the picture and how it looks
/// once the head's pose is taken away, since the tracker's irises have no depth of their own; in renders of
/// known gaze and pose that mixture is free of the head's turn. It reads .7 of the asked yaw and .3 of the
/// asked pitch.
FaceSeen face_seen(const Landmarks& landmarks) noexcept;

}  // namespace parlante
