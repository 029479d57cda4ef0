// A video as seen by our own tracker: one line of numbers a frame.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/sink.hpp"
#include "face/face_tracker.hpp"
#include "measure/face_seen.hpp"
#include "measure/picture_seen.hpp"
#include "measure/series.hpp"

namespace parlante {

struct FrameSeen {
  double seconds = 0;  ///< when the middle of the frame is shown; the sound's time
  bool has_face = false;
  FaceSeen face;            ///< valid with has_face
  SharpnessSeen sharpness;  ///< valid with has_face and FilmSeen::has_pictures
};

struct FilmSeen {
  double rate = 25;  ///< frames a second
  std::vector<FrameSeen> frames;
  bool has_pictures = false;  ///< false: read from a track, so nothing is known of pixels
  double background_std = 0;  ///< Background::temporal_std(); valid with has_pictures
};

/// Follows the largest face through a video with pictures as far as it can be decoded; `stop` is asked at
/// every frame. Errors: bad_picture; no_face when nobody is seen in any frame; cancelled.
Result<FilmSeen> watch_film(
    const std::string& source, const FaceNetworks& networks, Sink& sink,
    const std::function<bool()>& stop = [] { return false; });

/// The lines of `parlante track --landmarks` of a video. Their `seconds` are taken as the frames' starts.
/// Errors: usage, with the number of the line (not JSON, no landmarks, numbers that are none); no_face.
Result<FilmSeen> read_track(const std::string& file);
/// Does the file begin like a track (with a JSON object)?
bool is_track(const std::string& file);

/// The frames on an even clock. Frames without a face are bridged by straight lines, for half a second at
/// most: then nothing is known. A video of irregular times is taken at its mean rate.
struct FaceCurves {
  Clock clock;
  Series lip_gap, lip_width, lid_gap, pitch, yaw, roll, gaze_pitch, gaze_yaw;
  std::size_t size() const noexcept { return lip_gap.size(); }
};
FaceCurves curves_of(const FilmSeen& film);

}  // namespace parlante
