#include "speech/pitch.hpp"

#include <gtest/gtest.h>

#include "speech/synthetic_sound.hpp"

namespace parlante {
namespace {

float pitch_of(const std::vector<float>& sound) {
  PitchDetector detector;
  return detector.estimate(std::span<const float, PitchDetector::kSpan>(sound.data(), PitchDetector::kSpan));
}

TEST(Pitch, FindsTheFundamentalFromABassToAChild) {
  for (const double hertz : {65., 82., 110., 150., 220., 311., 390.}) {
    EXPECT_NEAR(pitch_of(testing::tone(PitchDetector::kSpan, hertz)), hertz, 0.015 * hertz);
  }
}

TEST(Pitch, FindsItInNoise) {
  auto sound = testing::tone(PitchDetector::kSpan, 140, 0.2);
  const auto noise = testing::white_noise(sound.size(), -27);  // about 10 dB below the tone
  for (std::size_t i = 0; i < sound.size(); ++i) sound[i] += noise[i];
  EXPECT_NEAR(pitch_of(sound), 140, 4);
}

TEST(Pitch, IsZeroForNoiseAndSilence) {
  EXPECT_EQ(pitch_of(testing::white_noise(PitchDetector::kSpan, -20)), 0);
  EXPECT_EQ(pitch_of(std::vector<float>(PitchDetector::kSpan, 0.F)), 0);
}

}  // namespace
}  // namespace parlante
