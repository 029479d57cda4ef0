#include "speech/resampler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "speech/synthetic_sound.hpp"

namespace parlante {
namespace {

/// One second of a 440 Hz tone at `rate` in all channels, through the resampler in pieces of `piece` floats.
std::vector<float> resampled(double rate, int channels, std::size_t piece) {
  auto resampler = Resampler::open(rate, channels);
  EXPECT_TRUE(resampler);
  const auto frames = static_cast<std::size_t>(rate);
  std::vector<float> sound;
  for (std::size_t n = 0; n < frames; ++n) {
    for (int c = 0; c < channels; ++c)
      sound.push_back(
          static_cast<float>(0.5 * std::sin(testing::kTau * 440 * static_cast<double>(n) / rate)));
  }
  std::vector<float> mono;
  for (std::size_t at = 0; at < sound.size(); at += piece) {
    resampler->push(std::span(sound).subspan(at, std::min(piece, sound.size() - at)), mono);
  }
  resampler->end(mono);
  return mono;
}

TEST(Resampler, KeepsTimeAndShapeFromAnyRate) {
  for (const double rate : {8000., 16000., 22050., 44100., 48000., 96000., 192000.}) {
    const int channels = rate > 100000 ? 8 : 2;
    const auto mono = resampled(rate, channels, static_cast<std::size_t>(channels) * 480);
    ASSERT_NEAR(static_cast<double>(mono.size()), 16000, 1) << rate;
    for (std::size_t n = 2000; n < 14000; n += 7) {
      ASSERT_NEAR(mono[n], 0.5 * std::sin(testing::kTau * 440 * static_cast<double>(n) / 16000), 2e-3)
          << rate << ' ' << n;
    }
  }
}

TEST(Resampler, DoesNotCareHowTheSoundIsCut) {
  EXPECT_EQ(resampled(44100, 1, 1), resampled(44100, 1, 44100));
}

TEST(Resampler, CanBeUsedAgainAfterTheEnd) {
  auto resampler = Resampler::open(48000, 1);
  ASSERT_TRUE(resampler);
  std::vector<float> first, second, nothing;
  resampler->end(nothing);
  EXPECT_TRUE(nothing.empty());
  const auto sound = testing::white_noise(9600, -12);
  resampler->push(sound, first);
  resampler->end(first);
  resampler->push(sound, second);
  resampler->end(second);
  EXPECT_EQ(first, second);
}

TEST(Resampler, RefusesImpossibleSound) {
  EXPECT_EQ(Resampler::open(0, 1).error().kind, ErrorKind::bad_audio);
  EXPECT_EQ(Resampler::open(std::nan(""), 1).error().kind, ErrorKind::bad_audio);
  EXPECT_EQ(Resampler::open(48000, 0).error().kind, ErrorKind::bad_audio);
}

TEST(Resampler, TakesWhatIsNotANumberForSilence) {
  auto resampler = Resampler::open(48000, 1);
  ASSERT_TRUE(resampler);
  std::vector<float> sound(4800, std::numeric_limits<float>::quiet_NaN()), mono;
  sound[7] = std::numeric_limits<float>::infinity();
  resampler->push(sound, mono);
  resampler->end(mono);
  for (const float s : mono) ASSERT_EQ(s, 0);
}

}  // namespace
}  // namespace parlante
