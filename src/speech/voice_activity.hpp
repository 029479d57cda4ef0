// Whether somebody speaks: loudness over an adaptive noise floor, agreed to by the phonetic network.
#pragma once

namespace parlante {

/// One flow of 20 ms frames. Steady noise, however loud, raises the floor and closes the gate; a sound that
/// holds no phones never opens it.
class VoiceActivity {
 public:
  /// `energy_db`: RMS of the frame in dB of full scale. `phone_mass`: the largest probability that any phone
  /// (no blank, no word boundary) reached in the neighbourhood of the frame, about -300…+200 ms; phones are
  /// short peaks, so the neighbourhood makes them steady. Returns 0..1, smoothed, with hangover.
  float update(float energy_db, float phone_mass) noexcept;
  void reset() noexcept { *this = VoiceActivity(); }

 private:
  float floor_db_ = 0;  ///< valid once `started_`
  float smoothed_db_ = 0;
  float voice_ = 0;
  int hold_ = 0;  ///< frames of hangover left
  bool started_ = false;
};

}  // namespace parlante
