// What the voice's melody and rhythm tell the rest of the face: stress, pitch, phrases.
#pragma once

#include <array>

#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// The clock of everything that moves without phones: two ticks a phonetic frame.
inline constexpr float kTick_s = 0.01F;
inline constexpr int kTicksPerFrame = 2, kTicksPerSecond = 100;

/// Cues of one moment (20 ms).
struct ProsodyCues {
  bool talking = false;       ///< a voice now or within the last second
  bool voice = false;         ///< a voice at this moment
  bool phrase_end = false;    ///< true once, when the voice has just stopped
  bool voice_ahead = false;   ///< no voice yet, but one starts within 160 ms
  bool stress_ahead = false;  ///< true once, 120 ms before the loudest moment of a stressed syllable
  float stress = 0;           ///< 0..1, how far that syllable stands out
  float pitch_z_ahead =
      0;  ///< standard score of the speaker's pitch 120 ms later, -2..2.5; fades to 0 in pauses
};

/// Follows one voice. Not thread-safe; nothing is allocated.
class Prosody {
 public:
  static constexpr int kFuture = 8;

  void push(const PhoneticFrame& frame) noexcept;
  /// Cues of the moment kFuture frames before the last pushed frame; call once a push.
  ProsodyCues cues() noexcept;
  void reset() noexcept { *this = Prosody(); }

 private:
  static constexpr int kPast = 12, kSpan = kPast + kFuture + 1;
  struct Moment {
    float energy_db = -100, voice = 0, pitch_z = 0;
    bool pitched = false;
  };
  const Moment& at(int offset) const noexcept;

  std::array<Moment, kSpan> moments_{};
  int newest_ = 0;
  float level_db_ = -30;                              ///< running mean of the voice
  float log_pitch_ = 0, log_pitch_variance_ = 0.03F;  ///< of the speaker
  int frames_pitched_ = 0;
  float smoothed_db_ = -100, held_z_ = 0;
  int frames_since_voice_ = 1000, frames_voiced_ = 0, frames_since_stress_ = 1000;
};

}  // namespace parlante
