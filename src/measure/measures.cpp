#include "measure/measures.hpp"

#include <cmath>
#include <limits>

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kLagReach_s = .3, kSoundReach_s = 1, kFollows = .5;
constexpr std::size_t kLeastFrames = 5;

/// The sound's curves on the film's clock.
struct HeardOnFilm {
  Series voice, energy_db, pitch_hz, lip_reading;
};
HeardOnFilm on_film(const SoundHeard& sound, const FaceCurves& curves) {
  const auto taken = [&](const Series& s) { return on_clock(s, sound.clock, curves.clock, curves.size()); };
  return {taken(sound.voice), taken(sound.energy_db), taken(sound.pitch_hz), taken(sound.lip_reading)};
}

PictureMeasures measure_picture(const FilmSeen& film, double floor) {
  Series all, open, shut, fineness;
  for (const FrameSeen& frame : film.frames) {
    if (!frame.has_face) continue;
    const SharpnessSeen& s = frame.sharpness;
    const double ratio = s.cheeks.gradient > 0 ? s.mouth.gradient / s.cheeks.gradient : kUnknown;
    if (!std::isfinite(ratio)) continue;
    all.push_back(ratio);
    (frame.face.lip_gap - floor > 2 * kLipsOpen ? open : shut).push_back(ratio);
    fineness.push_back(s.mouth.fineness / s.cheeks.fineness);
  }
  PictureMeasures picture;
  picture.mouth_against_cheeks = median(all);
  const bool enough = open.size() >= kLeastFrames && shut.size() >= kLeastFrames;
  picture.open_against_shut = enough ? median(open) / median(shut) : kUnknown;
  picture.mouth_fineness = median(fineness);
  picture.background_std = film.background_std;
  return picture;
}

VoiceMeasures measure_voice(const FaceCurves& curves, const SoundHeard& sound) {
  const HeardOnFilm heard = on_film(sound, curves);
  VoiceMeasures measures;
  double voiced = 0;
  for (const double v : sound.voice) voiced += v >= kVoiceOn;
  measures.voiced_share = sound.size() ? voiced / static_cast<double>(sound.size()) : kUnknown;
  measures.silence_std = movement_in_silence(curves.lip_gap, heard.voice, curves.clock);
  measures.reading_lag = best_lag(curves.lip_gap, heard.lip_reading, curves.clock.rate, kLagReach_s);
  const bool follows = measures.reading_lag && measures.reading_lag->correlation >= kFollows;
  const double lag_s = follows ? measures.reading_lag->seconds : 0;
  const Series opening = opening_above(curves.lip_gap, lip_floor(curves.lip_gap));
  const std::vector<double> peaks = bilabials_heard(sound);
  std::vector<Spell> wanted;
  for (const double peak : peaks) {
    const double time = peak - kPosteriorTrails_s + lag_s;
    wanted.push_back({time, time});
  }
  measures.bilabials = closures_made(opening, curves.clock, wanted);
  measures.closure_lag_s = closure_lag(opening, curves.clock, peaks);
  measures.pose = measure_pose_with_voice({curves.pitch, curves.yaw, curves.roll, curves.clock},
                                          {heard.energy_db, heard.pitch_hz, heard.voice});
  return measures;
}

}  // namespace

Measures measure_film(const FilmSeen& film, const SoundHeard* sound, std::span<const Spell> wanted_closures) {
  const FaceCurves curves = curves_of(film);
  Measures measures;
  measures.frames = static_cast<int>(film.frames.size());
  Series eyes;
  for (const FrameSeen& frame : film.frames) {
    measures.frames_without_face += !frame.has_face;
    if (frame.has_face) eyes.push_back(frame.face.eye_distance_px);
  }
  measures.rate = curves.clock.rate;
  measures.seconds = static_cast<double>(curves.size()) / curves.clock.rate;
  measures.eye_distance_px = median(eyes);
  measures.lips = measure_lips(curves.lip_gap, curves.clock);
  measures.pose = measure_pose({curves.pitch, curves.yaw, curves.roll, curves.clock});
  measures.blinks = measure_blinks(curves.lid_gap, curves.clock);
  measures.gaze = measure_gaze(curves.gaze_yaw, curves.gaze_pitch, curves.lid_gap, curves.clock);
  const double floor = lip_floor(curves.lip_gap);
  if (film.has_pictures) measures.picture = measure_picture(film, floor);
  if (sound != nullptr && sound->size() > 0) measures.voice = measure_voice(curves, *sound);
  if (!wanted_closures.empty())
    measures.wanted_closures =
        closures_made(opening_above(curves.lip_gap, floor), curves.clock, wanted_closures);
  return measures;
}

AgainstMeasures measure_against(const FilmSeen& ours, const SoundHeard* our_sound, const FilmSeen& theirs,
                                const SoundHeard* their_sound, double mouth_ahead_s) {
  AgainstMeasures against;
  against.theirs = measure_film(theirs, their_sound);
  against.sound_likeness = kUnknown;
  if (our_sound != nullptr && their_sound != nullptr) {
    const auto lag =
        best_lag(our_sound->energy_db, their_sound->energy_db, our_sound->clock.rate, kSoundReach_s);
    against.sound_likeness = lag ? lag->correlation : 0;
    if (lag && lag->correlation >= kSameSound) against.sound_shift_s = lag->seconds;
  }
  const FaceCurves our_curves = curves_of(ours), their_curves = curves_of(theirs);
  Clock moved = their_curves.clock;
  moved.start_s += against.sound_shift_s + mouth_ahead_s;
  const Series real = on_clock(their_curves.lip_gap, moved, our_curves.clock, our_curves.size());
  Series voice;
  if (our_sound != nullptr) voice = on_film(*our_sound, our_curves).voice;
  against.lips = measure_lips_against(our_curves.lip_gap, real, voice, our_curves.clock);
  return against;
}

}  // namespace parlante
