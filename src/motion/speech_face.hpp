// What speech makes of the face: the seam between the mouth's makers (rules, or the learned model) and the
// rest of the motion.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/arkit.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// What a learned maker may be asked for besides the sound. `*_known` false: no wish, as in the photo.
struct SpeechWish {
  float gaze_yaw = 0, gaze_pitch = 0;  ///< rad, signs as FaceCode
  bool gaze_known = false;
  float log_distance = 0;  ///< natural logarithm of the head's distance over that in the photo
  bool distance_known = false;
  std::array<float, 8> emotion{};  ///< strengths 0..1 in the order of Emotion
  bool emotion_known = false;

  bool operator==(const SpeechWish&) const = default;
};

/// Phonetic frames in, one face code for each out, on the clock of the phonetic frames (50 Hz): code k
/// describes the middle of frame k's samples. It holds the mouth (mouth and jaw weights, aperture, tongue)
/// after all laws of contact, and whatever else the maker learned (brows, eyes, pose, gaze; parts() says
/// which). Not thread-safe. The same frames and seed give the same codes.
class SpeechFace {
 public:
  /// Which parts of the code are filled in; the mouth always is.
  struct Parts {
    bool brows = false, blinks = false, head = false, gaze = false;
  };
  virtual ~SpeechFace() = default;
  virtual Parts parts() const noexcept = 0;
  /// Codes that are made, once enough is foreseen, beyond the frames pushed.
  virtual int ahead() const noexcept { return 0; }
  /// All values of `frame` are finite.
  virtual void push(const PhoneticFrame& frame) = 0;
  /// The frames that follow the last pushed one as far as they can be told by now. They may still change, and
  /// are pushed when they are sure. Makers for talking with somebody use them instead of waiting.
  virtual void foresee(std::span<const PhoneticFrame> /*frames*/) {}
  /// From now on; makers that learned nothing of it pass it over. Forgotten by reset().
  virtual void wish(const SpeechWish& /*wish*/) {}
  /// No more frames come: one code for each frame pushed becomes ready.
  virtual void end() = 0;
  /// As new: the same frames then give the same codes again.
  virtual void reset() = 0;
  virtual std::size_t ready() const noexcept = 0;
  /// The next code; false when none is ready.
  virtual bool pull(FaceCode& code) = 0;
};

}  // namespace parlante
