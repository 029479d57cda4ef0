// Phonetic frames to face codes at the video's frame rate.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/arkit.hpp"
#include "core/time.hpp"
#include "motion/controls.hpp"
#include "motion/face_track.hpp"
#include "motion/speech_face.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

struct MotionOptions {
  Rational rate{25, 1};
  std::uint64_t seed = 1;
  MotionControls controls{};                           ///< from the start on
  std::vector<TimedControls> timed{};                  ///< later ones, each from its time on (any order)
  std::shared_ptr<const FaceTrack> pose_from{};        ///< a recorded head moves in place of the made one
  std::shared_ptr<const FaceTrack> expression_from{};  ///< recorded brows, eyes, gaze, cheeks and mood
  /// Of the photo: what a `distance` of 1 is, cm.
  float camera_distance_cm = 75;
  /// Ticks of 10 ms lie at the middles of phonetic frames and between, and not 5 ms beside these: frames
  /// whose middle is a phonetic frame's, as at 50 a second, then need not wait for the next one.
  bool ticks_at_middles = false;
  /// Parts to take from the speech's face where it has learned them; the others are generated.
  SpeechFace::Parts learned{};
};

/// Turns phonetic frames into one face code a video frame. Not thread-safe. The same seed and sound give the
/// same codes. Frame k of the video is shown from sample sample_of_frame(k, rate) on; its code describes the
/// middle of the time it is shown, as a camera's picture does, so that the same moment has the same code at
/// every rate.
class Motion {
 public:
  virtual ~Motion() = default;
  virtual void push(const PhoneticFrame& frame) = 0;
  /// Frames behind the last pushed one, as far as they can be told by now. Who foresees from the first frames
  /// on gets codes as soon as speech's face has made them; the rest of the face then lags up to 160 ms less
  /// what is foreseen.
  virtual void foresee(std::span<const PhoneticFrame> frames) = 0;
  /// From the next code that is made on; codes that are ready already stay. Values out of range are taken as
  /// the nearest in range. Holds until reset(), or until a timed one is due.
  virtual void control(const MotionControls& controls) noexcept = 0;
  /// From the next code that is made on the mouth closes, within .1 s, whatever is said; false: it opens
  /// again as fast. Nothing else of the face changes. Not forgotten but by reset().
  virtual void hush(bool quiet) noexcept = 0;
  /// No more speech comes: what is pending becomes ready, frames_covering(pushed frames · 320, rate) codes in
  /// all. Later pushes are ignored until reset().
  virtual void end() = 0;
  /// As new: the same frames then give the same codes again.
  virtual void reset() = 0;
  virtual std::size_t ready() const noexcept = 0;
  virtual bool pull(FaceCode& code) = 0;
};

/// What speech makes of the face, and head, brows, blinks, gaze and breath around it (design 6.7). A code is
/// ready as soon as `speech` has made its moment and 180 ms of sound behind it were pushed; the speech's face
/// may lag as far as it likes (what waits for it is some 30 bytes a frame). Out-of-range options are clamped.
/// When nobody speaks the mouth rests closed and the rest lives on.
std::unique_ptr<Motion> make_motion(std::unique_ptr<SpeechFace> speech, const MotionOptions& options);

/// First-stage motion: make_motion with the mouth by rules (rule_mouth.hpp).
std::unique_ptr<Motion> make_rule_motion(const MotionOptions& options);

}  // namespace parlante
