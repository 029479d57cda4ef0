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

/// The tracked face as a face code (weights = the tracker's scores, pose relative to the camera, gaze,
/// aperture) with box, score and on request landmarks; `face` null: nobody was seen, "face" is null and no
/// code is given.
std::string track_line(const Face* face, const TrackMoment& moment, bool with_landmarks);

/// What the tracker saw, as a face code. Gaze is estimated from the eyeLook scores (14° and 18° a unit).
FaceCode tracked_code(const Face& face);

}  // namespace parlante::app
