// The head: how far, how fast and how smoothly it turns, and whether with the voice.
#pragma once

#include "measure/series.hpp"

namespace parlante {

/// Rotation vectors (pitch, yaw, roll; face/head_pose.hpp), rad, on one clock.
struct PoseCurves {
  const Series &pitch, &yaw, &roll;
  Clock clock;
};

/// Degrees. Taken every 40 ms whatever the film's rate, so that films of all rates compare.
struct PoseMeasures {
  double pitch_std = 0, yaw_std = 0, roll_std = 0;
  double rotation = 0;  ///< mean angle between a frame's rotation and that of the frame 40 ms before
  /// Mean distance of a frame's rotation from a parabola through the five around it (200 ms; Savitzky and
  /// Golay, Anal. Chem. 36, 1964): what is left when all that a head can do is taken away. White noise of the
  /// pose shows with .72 of its size.
  double jitter = 0;
};
PoseMeasures measure_pose(const PoseCurves& pose);

/// The voice on the pose's clock.
struct VoiceCurves {
  const Series &energy_db, &pitch_hz, &voice;
};
/// Correlations; NaN with less than 2 s of voice.
struct PoseWithVoice {
  double speed_with_energy = 0;  ///< speed of rotation against loudness, both smoothed over .32 s
  double nod_with_energy =
      0;  ///< pitch angle (down is positive) against loudness, both less their mean over 2 s; voiced
  double nod_with_melody = 0;  ///< pitch angle against the voice's fundamental (logarithm), the same way
};
PoseWithVoice measure_pose_with_voice(const PoseCurves& pose, const VoiceCurves& voice);

}  // namespace parlante
