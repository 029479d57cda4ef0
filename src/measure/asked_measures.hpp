// A film against the face codes it was drawn from: does the picture show what was asked?
#pragma once

#include <string>
#include <vector>

#include "core/arkit.hpp"
#include "core/result.hpp"
#include "measure/film_seen.hpp"

namespace parlante {

/// How what is seen follows what was asked, where the asked curve moves at all; NaN where it does not.
struct Following {
  double correlation = 0;
  double slope = 0;  ///< of what is seen over what was asked (least squares)
};

struct AskedMeasures {
  Following pitch, yaw, roll;
  Following aperture;  ///< of the lip gap, in frames for which an aperture was asked
  Following blink;     ///< of the shut-ness of the lids, over the larger of the two eyes' eyeBlink
  Following gaze_yaw;  ///< in frames with open lids; the tracker sees about .7 of it
};

/// `asked`: a code a frame, in the film's order. Angles compare without their means: codes are relative to
/// the photo, what is seen to the camera.
AskedMeasures measure_asked(const FilmSeen& film, std::span<const FaceCode> asked);

/// The face codes of a file of JSON lines (`parlante render --codes`). Errors: usage, with the line's number.
Result<std::vector<FaceCode>> read_face_codes(const std::string& file);

}  // namespace parlante
