#include "speech/phonetic_front_end.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "speech/synthetic_sound.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

class PhoneticFrontEndTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto loaded = PhoneticModel::load(testing::models_folder() / "phonetic.hama");
    ASSERT_TRUE(loaded) << loaded.error().message;
    model_ = new PhoneticModel(*loaded);
  }
  static void TearDownTestSuite() { delete model_; }

  static std::vector<PhoneticFrame> hear(std::span<const float> sound, std::size_t piece = 1 << 20,
                                         PhoneticFrontEnd::Options options = {},
                                         const PhoneticModel& model = *model_) {
    PhoneticFrontEnd front_end(model, options);
    return hear(front_end, sound, piece);
  }
  static std::vector<PhoneticFrame> hear(PhoneticFrontEnd& front_end, std::span<const float> sound,
                                         std::size_t piece) {
    std::vector<PhoneticFrame> frames;
    const auto take = [&] {
      PhoneticFrame frame;
      for (std::size_t n = front_end.ready(); n > 0; --n) {
        ASSERT_TRUE(front_end.pull(frame));
        frames.push_back(frame);
      }
      ASSERT_FALSE(front_end.pull(frame));
    };
    for (std::size_t at = 0; at < sound.size(); at += piece) {
      front_end.push(sound.subspan(at, std::min(piece, sound.size() - at)));
      take();
    }
    front_end.end();
    take();
    return frames;
  }

  static PhoneticModel* model_;
};
PhoneticModel* PhoneticFrontEndTest::model_ = nullptr;

std::size_t loudest(const PhoneticFrame& frame) {
  return static_cast<std::size_t>(std::max_element(frame.posterior.begin(), frame.posterior.end()) -
                                  frame.posterior.begin());
}

TEST_F(PhoneticFrontEndTest, WindowsHearTheSameAsOneRunOverTheWholeSound) {
  const auto sound = testing::babble(8 * kSampleRate);
  const auto all_at_once = PhoneticModel::load(testing::models_folder() / "phonetic.hama", 1, 410);
  ASSERT_TRUE(all_at_once);
  const auto whole = hear(sound, sound.size(), {.look_ahead = 0, .block = 410}, *all_at_once);
  const auto windows = hear(sound, 1000);
  ASSERT_EQ(whole.size(), 400U);
  ASSERT_EQ(windows.size(), 400U);
  int same = 0;
  double difference = 0;
  for (std::size_t k = 0; k < whole.size(); ++k) {
    same += loudest(whole[k]) == loudest(windows[k]);
    for (std::size_t p = 0; p < whole[k].posterior.size(); ++p)
      difference += std::abs(whole[k].posterior[p] - windows[k].posterior[p]);
  }
  // Babble is less certain than speech (there: .984): small differences of context tip it over more often.
  EXPECT_GE(same, 0.88 * 400);
  EXPECT_LT(difference / 400, 0.25);  // of at most 2 a frame
}

TEST_F(PhoneticFrontEndTest, DoesNotCareHowTheSoundIsCut) {
  const auto sound = testing::babble(40123);
  const auto whole = hear(sound);
  const auto pieces = hear(sound, 77);
  ASSERT_EQ(whole.size(), pieces.size());
  for (std::size_t k = 0; k < whole.size(); ++k) {
    ASSERT_EQ(whole[k].posterior, pieces[k].posterior) << k;
    ASSERT_EQ(whole[k].voice, pieces[k].voice) << k;
    ASSERT_EQ(whole[k].pitch_hz, pieces[k].pitch_hz) << k;
  }
}

TEST_F(PhoneticFrontEndTest, StartsAfreshAfterReset) {
  PhoneticFrontEnd front_end(*model_, {});
  const auto sound = testing::babble(30000);
  const auto first = hear(front_end, sound, 5000);
  front_end.reset();
  EXPECT_EQ(front_end.ready(), 0U);
  const auto second = hear(front_end, sound, 30000);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t k = 0; k < first.size(); ++k) {
    ASSERT_EQ(first[k].posterior, second[k].posterior);
    ASSERT_EQ(first[k].voice, second[k].voice);
  }
}

TEST_F(PhoneticFrontEndTest, GivesAFrameForEveryStartedHop) {
  for (const std::size_t samples : {0, 1, 199, 200, 201, 319, 320, 321, 800, 16000}) {
    EXPECT_EQ(hear(testing::babble(samples)).size(), (samples + 319) / 320) << samples;
  }
}

TEST_F(PhoneticFrontEndTest, GivesFramesOutOnceTheLookAheadIsHeard) {
  PhoneticFrontEnd front_end(*model_, {.look_ahead = 6, .block = 2});
  const auto sound = testing::babble(320 * 8 + 40);
  front_end.push(std::span(sound).first(320 * 8 + 39));
  EXPECT_EQ(front_end.ready(), 0U);
  front_end.push(std::span(sound).last(1));
  EXPECT_EQ(front_end.ready(), 2U);
}

TEST_F(PhoneticFrontEndTest, ForeseesTheFramesOfItsLookAhead) {
  const auto live = PhoneticModel::load(testing::models_folder() / "phonetic.hama", 1, 100);
  ASSERT_TRUE(live);
  const auto options = PhoneticFrontEnd::live();
  const auto sound = testing::babble(4 * kSampleRate);
  const auto sure = hear(sound, 1 << 20, options, *live);
  PhoneticFrontEnd front_end(*live, options);
  PhoneticFrame frame;
  std::size_t pulled = 0, foreseen = 0;
  double apart = 0, unlike = 0;
  for (std::size_t at = 0; at < sound.size(); at += 640) {
    front_end.push(std::span(sound).subspan(at, std::min<std::size_t>(640, sound.size() - at)));
    while (front_end.pull(frame)) {
      ++pulled;
      const auto ahead = front_end.foreseen();
      ASSERT_EQ(ahead.size(), pulled % 2 ? 0U : static_cast<std::size_t>(options.look_ahead));
      for (std::size_t i = 0; i < ahead.size() && pulled + i < sure.size(); ++i, ++foreseen) {
        EXPECT_FLOAT_EQ(ahead[i].energy_db, sure[pulled + i].energy_db);
        for (std::size_t k = 0; k < ahead[i].layer2.size(); ++k) {
          apart += static_cast<double>(std::abs(ahead[i].layer2[k] - sure[pulled + i].layer2[k]));
          unlike += static_cast<double>(
              std::abs(ahead[i].layer2[k] - sure[(pulled + i + 40) % sure.size()].layer2[k]));
        }
      }
    }
  }
  EXPECT_GT(foreseen, 400U);
  EXPECT_LT(apart, 0.5 * unlike);  // a guess, but of the right moment
  front_end.end();
  while (front_end.pull(frame)) EXPECT_TRUE(front_end.foreseen().empty());
}

TEST_F(PhoneticFrontEndTest, FollowsAVoiceAndItsPauses) {
  const auto frames = hear(testing::babble(5 * kSampleRate));
  int open_in_syllables = 0, right_pitch = 0, syllable_frames = 0;
  for (std::size_t k = 10; k < frames.size(); ++k) {
    const double t = (static_cast<double>(k) + 0.5) * 0.02;
    if (std::sin(testing::kTau * 2.1 * t) < 0.5) continue;
    ++syllable_frames;
    open_in_syllables += frames[k].voice > 0.5;
    right_pitch += std::abs(frames[k].pitch_hz - (120 + 25 * std::sin(testing::kTau * 1.3 * t))) < 8;
  }
  EXPECT_GT(right_pitch, 0.75 * syllable_frames);
  EXPECT_GT(open_in_syllables, 0.75 * syllable_frames);
}

TEST_F(PhoneticFrontEndTest, SilenceAndSteadyNoiseAreNoVoice) {
  for (const double level_db : {-200., -50., -30., -15.}) {
    const auto frames = hear(testing::white_noise(6 * kSampleRate, level_db));
    double open = 0;
    for (const auto& frame : frames) open += frame.voice > 0.2;
    EXPECT_LT(open, 0.02 * static_cast<double>(frames.size())) << level_db << " dB";
  }
  const auto hum = hear(testing::tone(6 * kSampleRate, 100, 0.02));
  double open = 0;
  for (const auto& frame : hum) open += frame.voice > 0.2;
  EXPECT_LT(open, 0.1 * static_cast<double>(hum.size()));
}

TEST_F(PhoneticFrontEndTest, HearsAVoiceInNoiseAtTenDecibels) {
  // Two seconds of noise, three of voice in noise, two of noise.
  auto sound = testing::white_noise(7 * kSampleRate, -33.4);
  const auto voice = testing::babble(3 * kSampleRate);  // RMS -23.4 dB
  for (std::size_t i = 0; i < voice.size(); ++i) sound[2 * kSampleRate + i] += voice[i];
  const auto frames = hear(sound);
  const auto share_open = [&](std::size_t from, std::size_t to) {
    return std::count_if(frames.begin() + static_cast<std::ptrdiff_t>(from),
                         frames.begin() + static_cast<std::ptrdiff_t>(to),
                         [](const PhoneticFrame& f) { return f.voice > 0.5; }) /
           static_cast<double>(to - from);
  };
  EXPECT_LT(share_open(0, 97), 0.05);
  EXPECT_GT(share_open(100, 250), 0.4);  // babble is silent or hissing half of the time
  EXPECT_LT(share_open(270, 350), 0.05);
}

TEST_F(PhoneticFrontEndTest, TakesBadSamplesForSilence) {
  std::vector<float> sound(16000, std::numeric_limits<float>::quiet_NaN());
  sound[100] = std::numeric_limits<float>::infinity();
  sound[200] = 1e30F;
  for (const auto& frame : hear(sound)) {
    for (const float p : frame.posterior) ASSERT_TRUE(std::isfinite(p));
    ASSERT_TRUE(std::isfinite(frame.energy_db));
    ASSERT_TRUE(frame.voice >= 0 && frame.voice <= 1);
  }
}

TEST_F(PhoneticFrontEndTest, PosteriorsSumToOne) {
  for (const auto& frame : hear(testing::babble(20000))) {
    double sum = 0;
    for (const float p : frame.posterior) sum += p;
    ASSERT_NEAR(sum, 1, 1e-4);
  }
}

TEST_F(PhoneticFrontEndTest, FitsIntoTheModelsWindowWhateverIsAsked) {
  const auto sound = testing::babble(16000);
  for (const PhoneticFrontEnd::Options options :
       {PhoneticFrontEnd::Options{.look_ahead = 5000, .block = 5000},
        PhoneticFrontEnd::Options{.look_ahead = -3, .block = 0},
        PhoneticFrontEnd::Options{.look_ahead = 124, .block = 124}}) {
    EXPECT_EQ(hear(sound, 1 << 20, options).size(), 50U);
  }
}

}  // namespace
}  // namespace parlante
