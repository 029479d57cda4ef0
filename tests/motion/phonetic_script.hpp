// Phonetic frames written by hand, as the front end would hear them.
#pragma once

#include <cmath>
#include <string_view>
#include <vector>

#include "motion/motion.hpp"

namespace parlante::testing {

inline std::size_t phone_index(std::string_view ipa) {
  for (int p = 0; p < kPhones; ++p) {
    if (PhoneticModel::phone(p) == ipa) return static_cast<std::size_t>(p);
  }
  return kPhones - 1;
}

inline PhoneticFrame silent_frame() {
  PhoneticFrame frame;
  frame.posterior.back() = 1;
  return frame;
}

/// A frame of voice that says nothing in particular.
inline PhoneticFrame voiced_frame(std::size_t k) {
  PhoneticFrame frame = silent_frame();
  frame.voice = 1;
  const auto t = static_cast<float>(k) * 0.02F;
  frame.energy_db = -24 + 5 * std::sin(2 * 3.14159F * 3 * t) + 3 * std::sin(2 * 3.14159F * 0.7F * t);
  frame.pitch_hz = 130 + 25 * std::sin(2 * 3.14159F * 0.9F * t);
  // Layer 2 that opens and shuts the lips four times a second, whatever the weights are.
  for (std::size_t i = 0; i < frame.layer2.size(); ++i) {
    frame.layer2[i] = 0.8F * std::sin(2 * 3.14159F * 2 * t + static_cast<float>(i));
  }
  return frame;
}

inline void say(PhoneticFrame& frame, std::string_view ipa, float probability = 0.95F) {
  frame.posterior.fill(0);
  frame.posterior.back() = 1 - probability;
  frame.posterior[phone_index(ipa)] = probability;
}

/// Phrases of two to four seconds with pauses between them; every 160 ms a phone.
inline std::vector<PhoneticFrame> talk(double seconds) {
  constexpr std::string_view phones[] = {"a", "t", "i", "b", "o", "s", "ə", "m",
                                         "ʃ", "u", "f", "ɛ", "l", "p", "ɹ"};
  std::vector<PhoneticFrame> frames;
  for (std::size_t k = 0; k < static_cast<std::size_t>(seconds * 50); ++k) {
    const bool pause = k % 190 > 150 || k < 25;
    frames.push_back(pause ? silent_frame() : voiced_frame(k));
    if (!pause && k % 8 == 0) say(frames.back(), phones[(k / 8) % std::size(phones)]);
  }
  return frames;
}

inline std::vector<FaceCode> take_all(Motion& motion) {
  std::vector<FaceCode> codes;
  FaceCode code;
  while (motion.pull(code)) codes.push_back(code);
  return codes;
}

inline std::vector<FaceCode> move(Motion& motion, const std::vector<PhoneticFrame>& frames) {
  for (const auto& frame : frames) motion.push(frame);
  motion.end();
  return take_all(motion);
}

inline std::vector<FaceCode> move(const MotionOptions& options, const std::vector<PhoneticFrame>& frames) {
  return move(*make_rule_motion(options), frames);
}

}  // namespace parlante::testing
