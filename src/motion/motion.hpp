// Phonetic frames to face codes at the video's frame rate.
#pragma once

#include <cstdint>
#include <memory>

#include "core/arkit.hpp"
#include "core/time.hpp"
#include "motion/speech_face.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

struct MotionOptions {
  Rational rate{25, 1};
  std::uint64_t seed = 1;
  float head_scale = 1;   ///< amplitude of the head's own movement, 0..2
  float mouth_scale = 1;  ///< amplitude of the mouth, 0..1.5
  float blinks_per_minute = 26;
  bool still = false;  ///< head, brows and gaze rest; mouth and blinks go on
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
