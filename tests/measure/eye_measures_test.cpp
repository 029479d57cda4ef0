// Blinks and looks of known times.
#include "measure/eye_measures.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "measure/curves.hpp"

namespace parlante::testing {
namespace {

constexpr double kOpen = .33;

/// Shut-ness of a blink that begins at `start`: even down, shut, even up.
double blink(double t, double start, double down, double shut, double up) {
  const double since = t - start;
  if (since < 0) return 0;
  if (since < down) return since / down;
  if (since < down + shut) return 1;
  return std::max(0., 1 - (since - down - shut) / up);
}

}  // namespace

TEST(Blinks, TheirTimesComeBackAt60FramesASecond) {
  const Clock clock{0, 60};
  const Series lids = sampled(clock, 1200, [](double t) {
    double shut = 0;
    for (double start = 1; start < 19; start += 3) shut = std::max(shut, blink(t, start, .09, .04, .24));
    return kOpen * (1 - .95 * shut);
  });
  const BlinkMeasures measures = measure_blinks(lids, clock);
  EXPECT_EQ(measures.count, 6);
  EXPECT_NEAR(measures.per_minute, 18, .1);
  EXPECT_NEAR(measures.down_s, .09, .012);
  EXPECT_NEAR(measures.up_s, .24, .015);
  EXPECT_NEAR(measures.shut_s, .04 + .1 * (.09 + .24), .012);
  EXPECT_DOUBLE_EQ(measures.complete, 1);
  EXPECT_NEAR(blinks(lids, clock)[0].peak_s, 1.11, .03);
}

TEST(Blinks, At25FramesASecondAreStillTold) {
  const Clock clock{.02, 25};
  const Series lids = sampled(clock, 1000, [](double t) {
    double shut = 0;
    for (double start = 1; start < 39; start += 2.57) shut = std::max(shut, blink(t, start, .09, .04, .24));
    return kOpen * (1 - .95 * shut);
  });
  const BlinkMeasures measures = measure_blinks(lids, clock);
  EXPECT_EQ(measures.count, 15);
  EXPECT_NEAR(measures.down_s, .09, .02);
  EXPECT_NEAR(measures.up_s, .24, .03);
}

TEST(Blinks, InPairsAndWithASlowTailAreTimedByTheirOwnWay) {
  const Clock clock{0, 50};
  // the second begins when the first has opened to 80 %; after it the lids creep open for a second
  const Series lids = sampled(clock, 500, [](double t) {
    const double first = t < 4.35 ? blink(t, 4, .1, .02, .25) : 0;
    const double tail = t < 4.7 ? .2 : std::max(0., .2 * (1 - (t - 4.7)));
    const double second = t < 4.3 ? 0 : std::max(blink(t, 4.3, .1, .02, .25), t > 4.4 ? tail : 0);
    return kOpen * (1 - .95 * std::max(first, second));
  });
  const auto found = blinks(lids, clock);
  ASSERT_EQ(found.size(), 2U);
  for (const Blink& one : found) {
    EXPECT_NEAR(one.down_s, .1, .03);
    EXPECT_NEAR(one.up_s, .22, .05);
    EXPECT_LT(one.shut_s, .09);
  }
}

TEST(Blinks, HalfOnesAreCountedButNotComplete) {
  const Clock clock{0, 50};
  const Series lids =
      sampled(clock, 500, [](double t) { return kOpen * (1 - .55 * blink(t, 4, .09, .02, .2)); });
  const BlinkMeasures measures = measure_blinks(lids, clock);
  EXPECT_EQ(measures.count, 1);
  EXPECT_DOUBLE_EQ(measures.complete, 0);
}

TEST(Blinks, LookingDownAndSquintingAreNone) {
  const Clock clock{0, 25};
  const Series down = sampled(clock, 500, [](double t) { return kOpen * (1 - .5 * blink(t, 8, .2, 3, .2)); }),
               squint =
                   sampled(clock, 500, [](double t) { return kOpen * (1 - .2 * blink(t, 8, .1, .1, .1)); });
  EXPECT_TRUE(blinks(down, clock).empty());
  EXPECT_TRUE(blinks(squint, clock).empty());
}

TEST(Blinks, CutByTheEndOrByALostFaceAreNotTimed) {
  const Clock clock{0, 25};
  Series lids = sampled(clock, 200, [](double t) {
    return kOpen * (1 - std::max(blink(t, 4, .09, .04, .24), blink(t, 7.85, .09, .3, .24)));
  });
  ASSERT_EQ(blinks(lids, clock).size(), 1U);
  for (std::size_t i = 101; i < 104; ++i) lids[i] = kUnknown;
  EXPECT_TRUE(blinks(lids, clock).empty());
  EXPECT_TRUE(blinks({}, clock).empty());
  EXPECT_TRUE(blinks(Series(100, kUnknown), clock).empty());
  EXPECT_TRUE(blinks(Series(100, 0.), clock).empty());
}

TEST(Blinks, OfAFewSecondsGiveNoRate) {
  EXPECT_TRUE(std::isnan(measure_blinks(Series(100, kOpen), {0, 25}).per_minute));
  EXPECT_DOUBLE_EQ(measure_blinks(Series(200, kOpen), {0, 25}).per_minute, 0);
}

TEST(Gaze, LooksAwayAreCountedAndBlinksLeftOut) {
  const Clock clock{0, 25};
  constexpr double kDegree = std::numbers::pi / 180;
  const Series ahead(750, 0.);
  // every 5 s one second 10° to the side: two shifts each
  const Series yaw = sampled(clock, 750, [](double t) { return std::fmod(t, 5) > 4 ? 10 * kDegree : 0.; });
  Series wild = yaw;
  const Series lids =
      sampled(clock, 750, [](double t) { return kOpen * (1 - blink(std::fmod(t, 5), 2, .09, .04, .24)); });
  for (std::size_t i = 0; i < 750; ++i)
    if (lids[i] < .6 * kOpen) wild[i] = 1;  // what the tracker makes of irises it cannot see
  const GazeMeasures gaze = measure_gaze(wild, ahead, lids, clock);
  EXPECT_NEAR(gaze.shifts_per_minute, 11 * 60 / 30. * 30 / 28.2, 2.5);
  EXPECT_NEAR(gaze.ahead, .79, .02);
  EXPECT_NEAR(gaze.yaw_std, 4.1, .15);
  EXPECT_DOUBLE_EQ(gaze.pitch_std, 0);
}

}  // namespace parlante::testing
