// A sound as heard by our own front end: one line of numbers every 20 ms.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/sink.hpp"
#include "measure/series.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante {

/// Curves on the clock of the phonetic frames (50 Hz, the middles of their samples).
struct SoundHeard {
  Clock clock{.01, 50};
  Series energy_db;    ///< RMS, dB of full scale
  Series voice;        ///< voice activity, 0..1
  Series pitch_hz;     ///< NaN where unvoiced
  Series bilabial;     ///< probability of p, b, m and their kin together; its frame k is centred on k·20 ms
  Series lip_reading;  ///< lip gap as read from the sound (motion/lip_readout.hpp), about its mean; NaN
                       ///< without voice

  std::size_t size() const noexcept { return voice.size(); }
};

/// A voice is on above this (training/lip_readout and docs/quality.md use the same).
inline constexpr double kVoiceOn = .3;

/// Mono sound at 16 kHz. What is not a number counts as silence.
SoundHeard hear(std::span<const float> samples, const PhoneticModel& model);
/// Any sound file, or the sound of a video; its time zero is the picture's. Errors: bad_audio (none, or none
/// that can be decoded).
Result<SoundHeard> hear_file(const std::string& source, const PhoneticModel& model, Sink& sink);

/// When b, p or m is heard, s: peaks of the bilabial posterior above .35 (the threshold of the motion's
/// closures), the highest within 80 ms of each other. The lips shut about 40 ms before (measured on tracked
/// speech).
std::vector<double> bilabials_heard(const SoundHeard& sound);
inline constexpr double kPosteriorTrails_s = .04;

}  // namespace parlante
