// Everything that is measured of a film: the table of docs/measure.md.
#pragma once

#include <optional>
#include <vector>

#include "measure/eye_measures.hpp"
#include "measure/film_seen.hpp"
#include "measure/lip_measures.hpp"
#include "measure/pose_measures.hpp"
#include "measure/sound_heard.hpp"

namespace parlante {

struct PictureMeasures {
  double mouth_against_cheeks = 0;  ///< gradient of the mouth over that of the cheeks, median of the frames
  double open_against_shut = 0;  ///< the same where the lips are open, over the same where they are not; NaN
                                 ///< below 5 frames of either
  double mouth_fineness = 0;     ///< fineness (picture_seen.hpp) of the mouth over that of the cheeks, median
  double background_std = 0;     ///< of 255
};

/// What the sound adds.
struct VoiceMeasures {
  double voiced_share = 0;
  double silence_std = 0;  ///< movement_in_silence()
  /// closures_made() at what bilabials_heard() gives, less 40 ms, plus reading_lag where that correlates
  /// above .5: whether the lips shut is told apart from whether picture and sound of a clip are in step.
  /// closures_made() at what bilabials_heard() gives, less 40 ms, plus reading_lag where that correlates
  /// above .5: whether the lips shut is told apart from whether picture and sound of a clip are in step.
  Count bilabials;
  std::optional<double> closure_lag_s;  ///< closure_lag()
  std::optional<Lag>
      reading_lag;  ///< of the lips behind the opening that is read from the sound, within ±.3 s
  PoseWithVoice pose;
};

struct Measures {
  // of the film
  double seconds = 0, rate = 0;
  int frames = 0, frames_without_face = 0;
  double eye_distance_px = 0;  ///< median
  LipMeasures lips;
  PoseMeasures pose;
  BlinkMeasures blinks;
  GazeMeasures gaze;
  std::optional<PictureMeasures> picture;  ///< nothing of a track
  std::optional<VoiceMeasures> voice;      ///< nothing without sound
  std::optional<Count> wanted_closures;    ///< closures_made() at the given times
};

/// `sound`: null when there is none. `closure_times_s`: moments at which the lips should shut; empty: not
/// asked.
Measures measure_film(const FilmSeen& film, const SoundHeard* sound,
                      std::span<const Spell> wanted_closures = {});

/// Ours against theirs.
struct AgainstMeasures {
  Measures theirs;
  LipsAgainst lips;
  double sound_shift_s = 0;   ///< how much later our sound has what theirs has; the curves were moved by it
  double sound_likeness = 0;  ///< correlation of the loudness after that; NaN when one has no sound
};
/// Their curves are moved so that the sounds lie on each other (within ±1 s) when the loudness correlates
/// above .8, and by `mouth_ahead_s` more: how far the picture of their clip is ahead of its sound.
AgainstMeasures measure_against(const FilmSeen& ours, const SoundHeard* our_sound, const FilmSeen& theirs,
                                const SoundHeard* their_sound, double mouth_ahead_s = 0);
inline constexpr double kSameSound = .8;

}  // namespace parlante
