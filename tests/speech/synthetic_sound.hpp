// Sounds made by formula, so that no recording is needed.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/random.hpp"
#include "core/time.hpp"

namespace parlante::testing {

inline constexpr double kTau = 2 * std::numbers::pi;

/// Syllables of a buzzing, wandering vowel with hissing and silent gaps between them: enough like speech to
/// make the network name phones. The stored reference outputs belong to exactly this formula with 51,277
/// samples.
inline std::vector<float> babble(std::size_t samples = 51277) {
  std::vector<float> sound(samples);
  Random random(7);
  for (std::size_t n = 0; n < samples; ++n) {
    const double t = static_cast<double>(n) / kSampleRate;
    const double f0 = 120 + 25 * std::sin(kTau * 1.3 * t);
    const double phase = kTau * 120 * t + 25 / 1.3 * (1 - std::cos(kTau * 1.3 * t));
    const double formant1 = 500 + 280 * std::sin(kTau * 1.7 * t),
                 formant2 = 1500 + 700 * std::sin(kTau * 1.1 * t + 1);
    double voice = 0;
    for (int h = 1; h <= 30; ++h) {
      const auto near = [f = h * f0](double centre, double width) {
        return std::exp(-std::pow((f - centre) / width, 2));
      };
      voice += (near(formant1, 110) + 0.5 * near(formant2, 150) + 0.2 * near(2800, 220) + 0.02) *
               std::sin(h * phase);
    }
    const double syllable = std::sin(kTau * 2.1 * t);
    const double envelope = syllable > 0 ? std::sqrt(syllable) : 0;
    const double noise = 2 * random.uniform() - 1;
    const bool hisses = static_cast<long>(std::floor(t * 2.1)) % 2 == 0;
    sound[n] = static_cast<float>(0.12 * voice * envelope + noise * (syllable > 0 ? 0.0005
                                                                     : hisses     ? 0.05
                                                                                  : 0.0008));
  }
  return sound;
}

/// White noise of the given level in dB of full scale.
inline std::vector<float> white_noise(std::size_t samples, double level_db, std::uint64_t seed = 3) {
  std::vector<float> sound(samples);
  Random random(seed);
  for (float& s : sound) s = static_cast<float>(std::pow(10, level_db / 20) * random.normal());
  return sound;
}

inline std::vector<float> tone(std::size_t samples, double hertz, double amplitude = 0.3) {
  std::vector<float> sound(samples);
  for (std::size_t n = 0; n < samples; ++n) {
    const double phase = kTau * hertz * static_cast<double>(n) / kSampleRate;
    sound[n] = static_cast<float>(amplitude *
                                  (std::sin(phase) + 0.5 * std::sin(2 * phase) + 0.3 * std::sin(3 * phase)));
  }
  return sound;
}

}  // namespace parlante::testing
