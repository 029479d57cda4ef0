#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "motion/closures.hpp"
#include "motion/phonetic_script.hpp"

namespace parlante {
namespace {

using testing::move;
using testing::say;

std::vector<PhoneticFrame> open_vowel(std::size_t frames) {
  std::vector<PhoneticFrame> sound;
  for (std::size_t k = 0; k < frames; ++k) {
    sound.push_back(testing::voiced_frame(0));  // one layer 2 all along: the opening stays
    if (k % 6 == 0) say(sound.back(), "a");
  }
  return sound;
}

/// The time of code k, in seconds.
double shown(std::size_t k, int fps) {
  return (static_cast<double>(k) + 0.5) / fps;
}

TEST(Closure, BilabialsCloseTheLipsFully) {
  for (const char* phone : {"p", "b", "m", "p\u02b0"}) {
    for (const int fps : {25, 30, 50, 60}) {
      // Neither the place of the phone between the video's frames nor a weak posterior may lose the closure.
      for (std::size_t at = 100; at < 104; ++at) {
        for (const float probability : {0.4F, 0.95F}) {
          auto sound = open_vowel(200);
          say(sound[at], phone, probability);
          const auto codes = move({.rate = {fps, 1}}, sound);
          float least = 1;
          double when = 0;
          for (std::size_t k = 0; k < codes.size(); ++k) {
            const double t = shown(k, fps);
            if (t > 1.5 && t < 2.5 && codes[k].aperture < least) {
              least = codes[k].aperture;
              when = t;
            }
          }
          EXPECT_LT(least, 0.003) << phone << " at " << fps << " fps";
          EXPECT_NEAR(when, static_cast<double>(at) * 0.02 - 0.04, 0.06);
          EXPECT_GT(codes[static_cast<std::size_t>(1.5 * fps)].aperture, 0.03);
        }
      }
    }
  }
}

TEST(Closure, LastsLongEnoughToBeSeen) {
  auto sound = open_vowel(200);
  say(sound[100], "b");
  const auto codes = move({.rate = {60, 1}}, sound);
  const auto shut = std::count_if(codes.begin() + 90, codes.begin() + 150,
                                  [](const FaceCode& c) { return c.aperture < 0.01; });
  EXPECT_GE(static_cast<double>(shut) / 60, 0.04);
  EXPECT_LE(static_cast<double>(shut) / 60, 0.16);
}

TEST(Closure, IsHeldWhileAnMIsHummedButNotIntoTheNextVowel) {
  std::vector<PhoneticFrame> hum(200, testing::voiced_frame(0));
  say(hum[100], "m");
  auto vowel = hum;
  say(vowel[104], "a");
  const auto held = move({.rate = {50, 1}}, hum), released = move({.rate = {50, 1}}, vowel);
  EXPECT_LT(held[98].aperture, 0.003);  // 1.97 s, 40 ms before the posterior's peak
  EXPECT_LT(held[101].aperture, 0.003);
  EXPECT_GT(released[101].aperture, 0.03);
  EXPECT_GT(held[110].aperture, 0.03);  // a hum that is only unheard phones must not seal the mouth
}

TEST(Closure, PressesTheLipsTogether) {
  auto sound = open_vowel(200);
  say(sound[100], "m");
  float press = 0;
  for (const auto& code : move({}, sound)) press = std::max(press, code.weights[Blendshape::mouthPressLeft]);
  EXPECT_GT(press, 0.2);
}

TEST(Closure, LabiodentalsBringTheLowerLipToTheTeeth) {
  auto sound = open_vowel(200);
  say(sound[100], "f");
  const auto codes = move({.rate = {50, 1}}, sound);
  const auto bite = std::max_element(codes.begin(), codes.end(), [](const FaceCode& a, const FaceCode& b) {
    return a.weights[Blendshape::mouthRollLower] < b.weights[Blendshape::mouthRollLower];
  });
  EXPECT_NEAR(shown(static_cast<std::size_t>(bite - codes.begin()), 50), 1.96, 0.06);
  EXPECT_GT(bite->weights[Blendshape::mouthRollLower], 0.25);
  EXPECT_LT(bite->aperture, 0.035);
}

TEST(Closure, IsAMaximumNotAnAverage) {
  std::array<float, 2 * kClosureReach + 1> one{}, two{};
  one[9] = 0.9F;
  two[9] = 0.9F;
  two[2] = 0.5F;
  EXPECT_GE(closure(two, 0.05F), closure(one, 0.05F));
  EXPECT_GT(closure(one, 0.05F), 0.99F);
}

TEST(Closure, IgnoresWhatTheNetworkDoubts) {
  std::array<float, 2 * kClosureReach + 1> doubt{};
  doubt[9] = 0.3F;
  EXPECT_EQ(closure(doubt, 0.05F), 0);
}

}  // namespace
}  // namespace parlante
