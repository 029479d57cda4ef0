// One line of `parlante track`.
#pragma once

#include <cstdint>
#include <string>

#include "face/face_tracker.hpp"

namespace parlante::app {

struct TrackMoment {
  std::int64_t frame = 0;
  double seconds = 0;
  int face_number = 1;
};

/// A face with its code, box, score and on request landmarks.
std::string track_line(const Face& face, const FaceCode& code, const TrackMoment& moment,
                       bool with_landmarks);
/// Nobody was seen: "face" is null and no code is given.
std::string track_line(const TrackMoment& moment);

/// What the tracker saw in a single picture, as a face code: weights are the tracker's scores, the pose is
/// relative to a face that looks into the camera, gaze is estimated from the eyeLook scores (14° and 18° a
/// unit).
FaceCode picture_code(const Face& face);

}  // namespace parlante::app
