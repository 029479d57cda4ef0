// Heads that turn in known ways.
#include "measure/pose_measures.hpp"

#include <gtest/gtest.h>

#include "measure/curves.hpp"

namespace parlante::testing {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kTurn = 2 * std::numbers::pi;

Series wave(const Clock& clock, std::size_t count, double degrees, double hertz) {
  return sampled(clock, count, [&](double t) { return degrees * kDegree * std::sin(kTurn * hertz * t); });
}

}  // namespace

TEST(Pose, SpreadAndSpeedAreThoseOfTheWaveAtAnyFrameRate) {
  for (const double rate : {25., 30., 50.}) {
    const Clock clock{0, rate};
    const auto count = static_cast<std::size_t>(20 * rate);
    const Series still(count, 0.), yaw = wave(clock, count, 5, .5);
    const PoseMeasures pose = measure_pose({still, yaw, still, clock});
    EXPECT_NEAR(pose.yaw_std, 5 / std::sqrt(2), .02);
    EXPECT_DOUBLE_EQ(pose.pitch_std, 0);
    EXPECT_NEAR(pose.rotation, .04 * 4 * .5 * 5, .01);  // four amplitudes a period
    EXPECT_LT(pose.jitter, .01);
  }
}

TEST(Pose, JitterIsTheNoiseOnThePathAndNotThePath) {
  const Clock clock{0, 25};
  constexpr std::size_t kFrames = 2000;
  Random random(3);
  Series pitch = wave(clock, kFrames, 3, 1.5), yaw = wave(clock, kFrames, 5, .5), roll(kFrames, 0.);
  for (Series* angle : {&pitch, &yaw, &roll})
    for (double& value : *angle) value += .1 * kDegree * random.normal();
  // a vector of three normal numbers is 1.596 long in the mean (Maxwell); .717 of it is left by the parabola
  EXPECT_NEAR(measure_pose({pitch, yaw, roll, clock}).jitter, .1 * 1.596 * .717, .01);
}

TEST(Pose, StretchesWithoutAFaceTakeNoPart) {
  const Clock clock{0, 25};
  Series yaw = wave(clock, 500, 5, .5), still(500, 0.);
  for (std::size_t i = 100; i < 150; ++i) yaw[i] = kUnknown;
  EXPECT_NEAR(measure_pose({still, yaw, still, clock}).rotation, .4, .02);
  const Series unknown(500, kUnknown);
  EXPECT_TRUE(std::isnan(measure_pose({unknown, unknown, unknown, clock}).rotation));
  EXPECT_TRUE(std::isnan(measure_pose({{}, {}, {}, clock}).jitter));
}

TEST(PoseWithVoice, NodsOnLoudSyllablesAreSeen) {
  const Clock clock{0, 25};
  constexpr std::size_t kFrames = 500;
  const Series still(kFrames, 0.), pitch = wave(clock, kFrames, 3, 1.1);
  const Series energy = sampled(clock, kFrames, [](double t) { return -20 + 6 * std::sin(kTurn * 1.1 * t); });
  const Series voice(kFrames, 1.), hertz(kFrames, 120.);
  const PoseWithVoice with = measure_pose_with_voice({pitch, still, still, clock}, {energy, hertz, voice});
  EXPECT_GT(with.nod_with_energy, .95);
  EXPECT_TRUE(std::isnan(with.nod_with_melody));  // a monotonous voice has no melody
}

TEST(PoseWithVoice, AHeadThatMovesOnlyWhileTheVoiceIsLoudGoesWithIt) {
  const Clock clock{0, 25};
  constexpr std::size_t kFrames = 750;
  const auto loud = [](double t) { return std::fmod(t, 4) < 2; };
  const Series still(kFrames, 0.),
      yaw =
          sampled(clock, kFrames, [&](double t) { return loud(t) ? 3 * kDegree * std::sin(kTurn * t) : 0.; }),
      energy = sampled(clock, kFrames, [&](double t) { return loud(t) ? -20. : -70.; }), voice(kFrames, 1.),
      hertz(kFrames, kUnknown);
  EXPECT_GT(measure_pose_with_voice({still, yaw, still, clock}, {energy, hertz, voice}).speed_with_energy,
            .8);
  const Series silent(kFrames, 0.);
  EXPECT_TRUE(std::isnan(
      measure_pose_with_voice({still, yaw, still, clock}, {energy, hertz, silent}).speed_with_energy));
}

}  // namespace parlante::testing
