#include "speech/voice_activity.hpp"

#include <algorithm>

#include "core/curves.hpp"

namespace parlante {
namespace {

constexpr float kQuietestFloorDb = -65, kLoudestFirstFloorDb = -25;
constexpr float kFallPerFrame = 0.35F;                           ///< share of the way down to a quieter level
constexpr float kRiseInSpeechDb = 0.04F, kRiseInNoiseDb = 0.3F;  ///< a frame: 2 and 15 dB a second
constexpr float kGateLowDb = 3.5F, kGateHighDb = 8.F;            ///< over the floor
constexpr float kFaintDb = -60, kAudibleDb = -52;  ///< nobody speaks that softly into a microphone
constexpr float kMassLow = 0.15F, kMassHigh = 0.45F;
constexpr int kHangover = 7;                        ///< frames: 140 ms bridges stops
constexpr float kAttack = 0.65F, kRelease = 0.22F;  ///< share of the way a frame

}  // namespace

float VoiceActivity::update(float energy_db, float phone_mass) noexcept {
  if (!started_) {
    started_ = true;
    smoothed_db_ = energy_db;
    floor_db_ = std::clamp(energy_db, kQuietestFloorDb, kLoudestFirstFloorDb);
  }
  smoothed_db_ += 0.5F * (energy_db - smoothed_db_);
  const float phones = smoothstep(kMassLow, kMassHigh, phone_mass);
  if (smoothed_db_ < floor_db_) {
    floor_db_ += kFallPerFrame * (smoothed_db_ - floor_db_);
  } else {
    const float rise = kRiseInNoiseDb + phones * (kRiseInSpeechDb - kRiseInNoiseDb);
    floor_db_ = std::min(smoothed_db_, floor_db_ + rise);
  }
  floor_db_ = std::max(floor_db_, kQuietestFloorDb);

  const float loud = smoothstep(kGateLowDb, kGateHighDb, energy_db - floor_db_) *
                     smoothstep(kFaintDb, kAudibleDb, energy_db);
  const float open = loud * phones;
  if (open > 0.5F) hold_ = kHangover;
  const float target = hold_ > 0 ? std::max(open, 1.F) : open;
  hold_ = std::max(0, hold_ - 1);
  voice_ += (target > voice_ ? kAttack : kRelease) * (target - voice_);
  if (voice_ < 1e-4F) voice_ = 0;
  return voice_;
}

}  // namespace parlante
