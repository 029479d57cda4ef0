#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "motion/phonetic_script.hpp"

namespace parlante {
namespace {

using testing::move;
using testing::talk;

constexpr double kDegree = std::numbers::pi / 180;

bool same(const FaceCode& a, const FaceCode& b) {
  return a.weights == b.weights && a.yaw == b.yaw && a.pitch == b.pitch && a.roll == b.roll &&
         a.translation == b.translation && a.gaze_yaw == b.gaze_yaw && a.gaze_pitch == b.gaze_pitch &&
         a.aperture == b.aperture && a.breath == b.breath;
}
bool same(const std::vector<FaceCode>& a, const std::vector<FaceCode>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const FaceCode& x, const FaceCode& y) { return same(x, y); });
}

template <class Get>
double deviation(const std::vector<FaceCode>& codes, Get get) {
  double sum = 0, squares = 0;
  for (const auto& code : codes) {
    const auto value = static_cast<double>(get(code));
    sum += value;
    squares += value * value;
  }
  const auto n = static_cast<double>(codes.size());
  return std::sqrt(std::max(0., squares / n - sum / n * (sum / n)));
}

/// Starts and lengths in seconds of the spells in which the left eye is shut by more than `level`.
std::vector<std::pair<double, double>> spells_shut(const std::vector<FaceCode>& codes, double fps,
                                                   float level) {
  std::vector<std::pair<double, double>> spells;
  std::size_t start = 0;
  bool inside = false;
  for (std::size_t k = 0; k < codes.size(); ++k) {
    const bool shut = codes[k].weights[Blendshape::eyeBlinkLeft] > level;
    if (shut && !inside) start = k;
    if (!shut && inside)
      spells.emplace_back(static_cast<double>(start) / fps, static_cast<double>(k - start) / fps);
    inside = shut;
  }
  return spells;
}

TEST(RuleMotion, GivesOneCodeAVideoFrame) {
  for (const Rational rate :
       {Rational{25, 1}, Rational{30, 1}, Rational{30000, 1001}, Rational{50, 1}, Rational{60, 1}}) {
    for (const std::size_t frames : {0, 1, 2, 7, 50, 333}) {
      const auto sound = talk(static_cast<double>(frames) / 50);
      EXPECT_EQ(static_cast<std::int64_t>(move({.rate = rate}, sound).size()),
                frames_covering(static_cast<std::int64_t>(sound.size()) * kPhoneticHop, rate));
    }
  }
}

TEST(RuleMotion, KeepsEveryValueInItsRange) {
  for (const float scale : {0.F, 1.F, 2.F, 50.F, -3.F}) {
    for (const auto& code :
         move({.controls = {.head_scale = scale, .mouth_scale = scale, .blinks_per_minute = 20 * scale}},
              talk(60))) {
      for (const float w : code.weights) ASSERT_TRUE(w >= 0 && w <= 1) << w;
      ASSERT_TRUE(code.aperture >= 0 && code.aperture < 0.6);
      ASSERT_LE(std::abs(code.yaw), 25 * kDegree);
      ASSERT_LE(std::abs(code.pitch), 25 * kDegree);
      ASSERT_LE(std::abs(code.roll), 25 * kDegree);
      ASSERT_LE(std::abs(code.gaze_yaw), 35 * kDegree);
      ASSERT_LE(std::abs(code.gaze_pitch), 35 * kDegree);
      ASSERT_LE(std::abs(code.breath), 1);
      ASSERT_TRUE(code.translation.allFinite());
    }
  }
}

TEST(RuleMotion, SurvivesFramesThatAreNoNumbers) {
  auto sound = talk(4);
  for (std::size_t k = 60; k < 70; ++k) {
    sound[k].layer2.fill(std::numeric_limits<float>::quiet_NaN());
    sound[k].energy_db = std::numeric_limits<float>::infinity();
    sound[k].pitch_hz = std::numeric_limits<float>::quiet_NaN();
    sound[k].posterior.fill(std::numeric_limits<float>::quiet_NaN());
    sound[k].voice = std::numeric_limits<float>::quiet_NaN();
  }
  for (const auto& code : move({}, sound)) {
    for (const float w : code.weights) ASSERT_TRUE(w >= 0 && w <= 1);
    ASSERT_TRUE(std::isfinite(code.aperture) && std::isfinite(code.pitch) && std::isfinite(code.gaze_pitch));
  }
}

TEST(RuleMotion, SilenceIsStill) {
  const auto codes = move({}, std::vector<PhoneticFrame>(50 * 30, testing::silent_frame()));
  for (const auto& code : codes) {
    ASSERT_EQ(code.aperture, 0);
    ASSERT_EQ(code.weights[Blendshape::jawOpen], 0);
    ASSERT_EQ(code.weights[Blendshape::mouthPucker], 0);
  }
  // The rest lives on.
  EXPECT_GT(spells_shut(codes, 25, 0.5F).size(), 3U);
  EXPECT_GT(deviation(codes, [](const FaceCode& c) { return c.breath; }), 0.3);
  EXPECT_GT(deviation(codes, [](const FaceCode& c) { return c.yaw; }), 0.2 * kDegree);
  EXPECT_GT(deviation(codes, [](const FaceCode& c) { return c.gaze_yaw; }), 0.2 * kDegree);
}

TEST(RuleMotion, TheMouthRestsInAPauseOfSpeech) {
  auto sound = talk(3);
  sound.resize(sound.size() + 100, testing::silent_frame());
  for (int k = 0; k < 50; ++k) sound.push_back(testing::voiced_frame(static_cast<std::size_t>(k)));
  const auto codes = move({}, sound);
  for (std::size_t k = 25 * 3 + 8; k < 25 * 5 - 5; ++k) ASSERT_EQ(codes[k].aperture, 0) << k;
}

TEST(RuleMotion, TheMouthRestsWhenTheSoundStopsThoughTheDetectorHoldsOn) {
  std::vector<PhoneticFrame> sound;
  for (std::size_t k = 0; k < 100; ++k) sound.push_back(testing::voiced_frame(0));
  for (std::size_t k = 0; k < 50; ++k) {
    sound.push_back(testing::voiced_frame(0));
    sound.back().energy_db = -90;
  }
  const auto codes = move({.rate = {50, 1}}, sound);
  EXPECT_GT(codes[95].aperture, 0.03);
  for (std::size_t k = 110; k < 150; ++k) ASSERT_EQ(codes[k].aperture, 0) << k;
}

TEST(RuleMotion, BrowsRiseWithTheVoiceAndDoNotFrownAfterAHighStart) {
  auto sound = talk(20);
  for (std::size_t k = 0; k < 40; ++k) sound[k].pitch_hz *= 1.7F;
  float raised = 0, lowered = 0;
  for (const auto& code : move({}, sound)) {
    raised = std::max(raised, code.weights[Blendshape::browInnerUp]);
    lowered = std::max(lowered, code.weights[Blendshape::browDownLeft]);
  }
  EXPECT_GT(raised, 0.15);
  EXPECT_LT(raised, 0.8);
  EXPECT_LT(lowered, 0.1);
}

TEST(RuleMotion, AllRatesShowTheSameMotion) {
  const auto sound = talk(20);
  const auto fine = move({.rate = {200, 1}}, sound);
  for (const int fps : {25, 30, 50, 60}) {
    const auto codes = move({.rate = {fps, 1}}, sound);
    for (std::size_t k = 0; k < codes.size(); ++k) {
      const double at = (static_cast<double>(k) + 0.5) / fps * 200 - 0.5;
      const auto before = static_cast<std::size_t>(std::clamp(at, 0., static_cast<double>(fine.size() - 2)));
      const auto t = static_cast<float>(at - static_cast<double>(before));
      const auto interpolated = [&](auto get) {
        return get(fine[before]) + t * (get(fine[before + 1]) - get(fine[before]));
      };
      ASSERT_NEAR(codes[k].aperture, interpolated([](const FaceCode& c) { return c.aperture; }), 0.006)
          << fps << ' ' << k;
      ASSERT_NEAR(codes[k].yaw, interpolated([](const FaceCode& c) { return c.yaw; }), 0.001);
      ASSERT_NEAR(codes[k].pitch, interpolated([](const FaceCode& c) { return c.pitch; }), 0.001);
      ASSERT_NEAR(codes[k].weights[Blendshape::eyeBlinkLeft],
                  interpolated([](const FaceCode& c) { return c.weights[Blendshape::eyeBlinkLeft]; }), 0.06);
    }
  }
}

TEST(RuleMotion, TheSameSeedGivesTheSameCodesAndAnotherSeedAnotherHead) {
  const auto sound = talk(10);
  const auto first = move({.seed = 5}, sound), again = move({.seed = 5}, sound),
             other = move({.seed = 6}, sound);
  EXPECT_TRUE(same(first, again));
  EXPECT_FALSE(same(first, other));
  for (std::size_t k = 0; k < first.size(); ++k) ASSERT_EQ(first[k].aperture, other[k].aperture);
}

TEST(RuleMotion, ResetEqualsAFreshStart) {
  const auto sound = talk(6);
  const auto motion = make_rule_motion({.seed = 9});
  const auto first = move(*motion, sound);
  motion->reset();
  EXPECT_EQ(motion->ready(), 0U);
  EXPECT_TRUE(same(first, move(*motion, sound)));
}

TEST(RuleMotion, CodesComeWhileTheSoundGoesOn) {
  const auto sound = talk(10);
  const auto whole = move({}, sound);
  const auto motion = make_rule_motion({});
  std::vector<FaceCode> pieces;
  std::size_t most_waiting = 0;
  for (std::size_t k = 0; k < sound.size(); ++k) {
    motion->push(sound[k]);
    for (const auto& code : testing::take_all(*motion)) pieces.push_back(code);
    most_waiting = std::max(most_waiting, (k + 1) / 2 - std::min((k + 1) / 2, pieces.size()));
  }
  EXPECT_LE(most_waiting, 5U);  // 200 ms behind the sound
  motion->end();
  for (const auto& code : testing::take_all(*motion)) pieces.push_back(code);
  EXPECT_TRUE(same(whole, pieces));
}

TEST(RuleMotion, AnHourOfSpeechLeavesNothingBehind) {
  const auto motion = make_rule_motion({});
  const auto minute = talk(60);
  FaceCode code;
  std::size_t codes = 0;
  for (int m = 0; m < 60; ++m) {
    for (const auto& frame : minute) {
      motion->push(frame);
      while (motion->pull(code)) ++codes;
      ASSERT_EQ(motion->ready(), 0U);
    }
  }
  EXPECT_NEAR(static_cast<double>(codes), 3600 * 25, 6);
}

TEST(RuleMotion, BlinksAreCompleteAndAsLongAsHumanOnes) {
  const auto codes = move({.rate = {200, 1}}, talk(240));
  const auto blinks = spells_shut(codes, 200, 0.02F);
  EXPECT_GE(blinks.size(), 4U * 15);
  EXPECT_LE(blinks.size(), 4U * 32);
  for (const auto& [start, length] : blinks) {
    EXPECT_GT(length, 0.24);
    EXPECT_LT(length, 0.42);
    const auto from = codes.begin() + static_cast<std::ptrdiff_t>(start * 200);
    const auto most = std::max_element(
        from, from + static_cast<std::ptrdiff_t>(length * 200), [](const FaceCode& a, const FaceCode& b) {
          return a.weights[Blendshape::eyeBlinkLeft] < b.weights[Blendshape::eyeBlinkLeft];
        });
    EXPECT_GT(most->weights[Blendshape::eyeBlinkLeft], 0.999F);
    EXPECT_NEAR(static_cast<double>(most - from) / 200, 0.085, 0.02);
    EXPECT_GT(most->weights[Blendshape::eyeBlinkRight], 0.9F);
  }
  // At 25 fps too every blink shuts the eye.
  const auto slow = move({}, talk(240));
  EXPECT_EQ(spells_shut(slow, 25, 0.9F).size(), blinks.size());
}

TEST(RuleMotion, NoBlinkBeginsInTheLastMoments) {
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    const auto codes = move({.rate = {100, 1}, .seed = seed, .controls = {.blinks_per_minute = 60}}, talk(3));
    // A blink that is under way at the end began more than 150 ms before it.
    const auto& end = codes.back().weights;
    if (end[Blendshape::eyeBlinkLeft] < 0.02F) continue;
    EXPECT_GT(codes[codes.size() - 16].weights[Blendshape::eyeBlinkLeft], 0) << seed;
  }
}

TEST(RuleMotion, TheMouthOpensNoFasterThanLipsDo) {
  auto sound = talk(20);
  for (auto& frame : sound) {
    for (float& value : frame.layer2) value *= 4;
  }
  const auto codes = move({}, sound);
  float fastest = 0;
  for (std::size_t k = 1; k < codes.size(); ++k)
    fastest = std::max(fastest, codes[k].aperture - codes[k - 1].aperture);
  EXPECT_LT(fastest, 0.131F);
  EXPECT_GT(fastest, 0.11F);  // such features ask for more
}

TEST(RuleMotion, ListenersBlinkTwoThirdsAsOften) {
  const std::vector<PhoneticFrame> silence(50 * 600, testing::silent_frame());
  const auto codes = move({}, silence);
  const auto blinks = spells_shut(codes, 25, 0.5F);
  EXPECT_NEAR(static_cast<double>(blinks.size()) / 10, 26 * 2. / 3, 3.5);
  for (std::size_t k = 1; k < blinks.size(); ++k) EXPECT_LT(blinks[k].first - blinks[k - 1].first, 20);
}

TEST(RuleMotion, BlinksAsOftenAsAsked) {
  EXPECT_EQ(spells_shut(move({.controls = {.blinks_per_minute = 0}}, talk(120)), 25, 0.5F).size(), 0U);
  const auto few = spells_shut(move({.controls = {.blinks_per_minute = 10}}, talk(600)), 25, 0.5F).size();
  EXPECT_NEAR(static_cast<double>(few), 100, 35);
}

TEST(RuleMotion, TheHeadMovesLikeASpeakersHead) {
  const auto codes = move({}, talk(300));
  // Real speakers: 2.9° pitch, 4.5° yaw, 3.3° roll; within a factor of 1.5, rather below.
  const double pitch = deviation(codes, [](const FaceCode& c) { return c.pitch; }) / kDegree;
  const double yaw = deviation(codes, [](const FaceCode& c) { return c.yaw; }) / kDegree;
  const double roll = deviation(codes, [](const FaceCode& c) { return c.roll; }) / kDegree;
  EXPECT_GT(pitch, 2.9 / 1.5);
  EXPECT_LT(pitch, 2.9);
  EXPECT_GT(yaw, 4.5 / 1.5);
  EXPECT_LT(yaw, 4.5);
  EXPECT_GT(roll, 3.3 / 1.5);
  EXPECT_LT(roll, 3.3);
  double turned = 0, jitter = 0;
  for (std::size_t k = 2; k < codes.size(); ++k) {
    const auto step = [&](std::size_t j) {
      return Eigen::Vector3f(codes[j].yaw - codes[j - 1].yaw, codes[j].pitch - codes[j - 1].pitch,
                             codes[j].roll - codes[j - 1].roll);
    };
    turned += static_cast<double>(step(k).norm());
    jitter += static_cast<double>((step(k) - step(k - 1)).norm());
  }
  const auto n = static_cast<double>(codes.size() - 2) * kDegree;
  EXPECT_LT(turned / n, 0.67);
  EXPECT_GT(turned / n, 0.1);
  EXPECT_LT(jitter / n, 0.26);
}

TEST(RuleMotion, TheEyesKeepContactWhileTheHeadTurns) {
  const auto codes = move({}, talk(120));
  std::size_t contact = 0;
  for (const auto& code : codes) {
    contact += std::abs(code.gaze_yaw + code.yaw) < 2.5 * kDegree &&
               std::abs(code.gaze_pitch - code.pitch) < 2.5 * kDegree;
  }
  EXPECT_GT(contact, 0.6 * static_cast<double>(codes.size()));
  EXPECT_LT(contact, 0.95 * static_cast<double>(codes.size()));
}

TEST(RuleMotion, StillRestsHeadBrowsAndGazeButNotMouthAndBlinks) {
  const auto codes = move({.controls = {.still = true}}, talk(30));
  float opened = 0, blinked = 0;
  for (const auto& code : codes) {
    ASSERT_EQ(code.yaw, 0);
    ASSERT_EQ(code.pitch, 0);
    ASSERT_EQ(code.gaze_yaw, 0);
    ASSERT_EQ(code.weights[Blendshape::browInnerUp], 0);
    opened = std::max(opened, code.aperture);
    blinked = std::max(blinked, code.weights[Blendshape::eyeBlinkLeft]);
  }
  EXPECT_GT(opened, 0.05);
  EXPECT_GT(blinked, 0.9);
}

TEST(RuleMotion, MouthScaleScalesTheOpening) {
  const auto sound = talk(20);
  const auto opening = [&](float scale) {
    return deviation(move({.controls = {.mouth_scale = scale}}, sound),
                     [](const FaceCode& c) { return c.aperture; });
  };
  EXPECT_EQ(opening(0), 0);
  EXPECT_NEAR(opening(0.5F) / opening(1), 0.5, 0.1);
  EXPECT_GT(opening(1.5F), 1.3 * opening(1));
}

TEST(RuleMotion, RoundsTheLipsBeforeARoundedVowelIsHeard) {
  std::vector<PhoneticFrame> sound;
  for (std::size_t k = 0; k < 150; ++k) sound.push_back(testing::voiced_frame(0));
  const auto plain = move({.rate = {50, 1}}, sound);
  testing::say(sound[100], "u");
  const auto rounded = move({.rate = {50, 1}}, sound);
  const auto more = [&](std::size_t k) {
    return rounded[k].weights[Blendshape::mouthPucker] - plain[k].weights[Blendshape::mouthPucker];
  };
  EXPECT_GT(more(98), 0.3);
  EXPECT_GT(more(92), 0.08);  // 160 ms before the posterior's peak, about 120 ms before the sound
  EXPECT_LT(more(86), 0.05);
}

TEST(RuleMotion, IgnoresWhatComesAfterTheEnd) {
  const auto motion = make_rule_motion({});
  const auto codes = move(*motion, talk(2));
  motion->push(testing::voiced_frame(3));
  motion->end();
  EXPECT_EQ(motion->ready(), 0U);
  EXPECT_EQ(codes.size(), 50U);
}

}  // namespace
}  // namespace parlante
