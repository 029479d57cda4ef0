// Phonetic frames to face codes at the video's frame rate.
#pragma once

#include <cstdint>
#include <memory>

#include "core/arkit.hpp"
#include "core/time.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

struct MotionOptions {
  Rational rate{25, 1};
  std::uint64_t seed = 1;
  float head_scale = 1;   ///< amplitude of the head's own movement, 0..2
  float mouth_scale = 1;  ///< amplitude of the mouth, 0..1.5
  float blinks_per_minute = 26;
  bool still = false;  ///< head, brows and gaze rest; mouth and blinks go on
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

/// First-stage motion: lip opening read linearly from the phonetic features, phones to ARKit targets with
/// coarticulation, closure as a maximum, voice gate, and generated head, brows, blinks, gaze and breath
/// (design 6.6, 6.7). A code is ready when 180 ms of sound behind it were pushed. Out-of-range options are
/// clamped. When nobody speaks the mouth rests closed and the rest lives on.
std::unique_ptr<Motion> make_rule_motion(const MotionOptions& options);

}  // namespace parlante
