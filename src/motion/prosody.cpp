#include "motion/prosody.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

constexpr int kStressAhead = 6, kBrowAhead = 6;         // frames
constexpr int kBetweenStresses = 20, kTalkingFor = 50;  // frames
constexpr float kVoiceOn = 0.4F;

}  // namespace

const Prosody::Moment& Prosody::at(int offset) const noexcept {
  return moments_[static_cast<std::size_t>((newest_ - kFuture + offset + 2 * kSpan) % kSpan)];
}

void Prosody::push(const PhoneticFrame& frame) noexcept {
  newest_ = (newest_ + 1) % kSpan;
  Moment& moment = moments_[static_cast<std::size_t>(newest_)];
  smoothed_db_ += 0.5F * (std::max(frame.energy_db, -80.F) - smoothed_db_);
  moment.energy_db = smoothed_db_;
  moment.voice = frame.voice;
  moment.pitched = frame.voice > kVoiceOn && frame.pitch_hz > 0;
  if (moment.pitched) {
    const float pitch = std::log(frame.pitch_hz);
    if (frames_pitched_ == 0) log_pitch_ = pitch;
    const float off = pitch - log_pitch_;
    frames_pitched_ = std::min(frames_pitched_ + 1, 1000);
    // Variance over some eight seconds of voice, mean over all there was, then over two seconds: speech
    // starts high, and a mean that kept the start would see the rest as low. A pitch an octave away is an
    // error of the detector.
    if (std::abs(off) < 0.6F) {
      log_pitch_ += std::max(0.01F, 1 / static_cast<float>(frames_pitched_ + 3)) * off;
      log_pitch_variance_ += 0.004F * (off * off - log_pitch_variance_);
      held_z_ += 0.35F * (off / std::sqrt(std::max(log_pitch_variance_, 0.003F)) - held_z_);
    }
  } else {
    held_z_ *= frame.voice > kVoiceOn ? 0.985F : 0.90F;
  }
  moment.pitch_z = std::clamp(held_z_, -2.F, 2.5F);
  if (frame.voice > 0.5F && frame.energy_db > level_db_ - 25)
    level_db_ += 0.01F * (frame.energy_db - level_db_);
}

ProsodyCues Prosody::cues() noexcept {
  ProsodyCues cues;
  const bool voiced = at(0).voice > kVoiceOn;
  cues.phrase_end = !voiced && frames_since_voice_ == 4 && frames_voiced_ > 20;
  if (!voiced && frames_since_voice_ > 4) frames_voiced_ = 0;
  if (voiced) ++frames_voiced_;
  frames_since_voice_ = voiced ? 0 : std::min(frames_since_voice_ + 1, 1000);
  cues.voice = voiced;
  cues.talking = frames_since_voice_ < kTalkingFor;
  for (int offset = 1; offset <= kFuture && !voiced; ++offset)
    cues.voice_ahead |= at(offset).voice > kVoiceOn;

  const Moment& peak = at(kStressAhead);
  bool loudest = peak.voice > 0.6F && peak.energy_db > level_db_ + 1;
  for (int offset = -kFuture; offset <= kFuture && loudest; ++offset)
    loudest = at(offset).energy_db <= peak.energy_db;
  ++frames_since_stress_;
  if (loudest && frames_since_stress_ > kBetweenStresses) {
    cues.stress_ahead = true;
    cues.stress =
        std::clamp(0.12F * (peak.energy_db - level_db_) + 0.25F * std::max(0.F, peak.pitch_z), 0.F, 1.F);
    frames_since_stress_ = 0;
  }
  cues.pitch_z_ahead = at(kBrowAhead).pitch_z;
  return cues;
}

}  // namespace parlante
