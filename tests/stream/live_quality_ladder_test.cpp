#include "stream/quality_ladder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace parlante::testing {
namespace {

using Made = QualityLadder::Made;

/// A machine on which a frame's motion takes `motion_s` and a picture of 512² `picture_s`, told of for
/// `seconds`. Returns how often the ladder stepped.
int run(QualityLadder& ladder, double rate, double motion_s, double picture_s, double seconds) {
  int changes = 0;
  double drawn = 0;
  for (int i = 0; i < rate * seconds; ++i) {
    const Quality& q = ladder.now();
    drawn += q.pictures.value() / rate;
    const bool draws = drawn >= 1;
    if (draws) drawn -= 1;
    const double side = q.size / 512.;
    changes +=
        ladder.add(motion_s + (draws ? picture_s * side * side : 0), draws ? Made::drawn : Made::left_out);
  }
  return changes;
}

TEST(QualityLadder, GoesDownInPicturesThenInSize) {
  const QualityLadder ladder({60, 1}, 512);
  std::vector<std::pair<double, int>> steps;
  for (const Quality& q : ladder.steps()) steps.emplace_back(q.pictures.value(), q.size);
  EXPECT_EQ(steps, (std::vector<std::pair<double, int>>{
                       {60, 512}, {40, 512}, {30, 512}, {25, 512}, {20, 512}, {20, 384}, {20, 256}}));
  EXPECT_EQ(QualityLadder({25, 1}, 512, 512).steps().size(), 2U);
  EXPECT_EQ(QualityLadder({20, 1}, 256).steps().size(), 1U);
}

TEST(QualityLadder, StaysWhereTheMachineKeepsUp) {
  QualityLadder ladder({60, 1}, 512);
  EXPECT_EQ(run(ladder, 60, .004, .010, 600), 0);
  EXPECT_EQ(ladder.now().pictures.num, 60);
}

TEST(QualityLadder, FindsTheBestStepThatFitsAndStaysThere) {
  QualityLadder ladder({60, 1}, 512);
  run(ladder, 60, .004, .025, 60);  // 24 % for motion, 2.5 % a picture a second: 25 fit
  EXPECT_EQ(ladder.now().pictures.num, 25);
  EXPECT_EQ(run(ladder, 60, .004, .025, 600), 0) << "it swings";
}

TEST(QualityLadder, ComesBackWhenTheLoadIsGone) {
  QualityLadder ladder({60, 1}, 512);
  run(ladder, 60, .004, .2, 30);
  EXPECT_EQ(ladder.now(), (Quality{{20, 1}, 256}));
  run(ladder, 60, .004, .006, 120);
  EXPECT_EQ(ladder.now(), (Quality{{60, 1}, 512}));
}

TEST(QualityLadder, WaitsLongerEachTimeThatAStepUpWasTooMuch) {
  QualityLadder ladder({40, 1}, 256);
  // It looks as if 40 would fit, and does not.
  const auto changes_in = [&](double seconds) {
    int changes = 0;
    for (int i = 0; i < 40 * seconds; ++i) {
      const bool all = ladder.now().pictures.num == 40, drawn = all || i % 4 != 0;
      changes += ladder.add(all ? .030 : drawn ? .012 : .004, drawn ? Made::drawn : Made::left_out);
    }
    return changes;
  };
  changes_in(300);
  EXPECT_LE(changes_in(600), 20);
}

TEST(QualityLadder, OneSlowFrameIsNoReason) {
  QualityLadder ladder({25, 1}, 512);
  for (int i = 0; i < 25 * 60; ++i)
    EXPECT_FALSE(ladder.add(i % 25 == 3 ? .2 : .010, i % 25 == 4 ? Made::late : Made::drawn));
}

TEST(QualityLadder, AMomentInWhichTheMachineStoodStillIsNoReason) {
  QualityLadder ladder({60, 1}, 512);
  for (int i = 0; i < 60 * 60; ++i)
    EXPECT_FALSE(ladder.add(.006, i % 180 < 12 ? Made::late : Made::drawn)) << "200 ms in three seconds";
}

TEST(QualityLadder, LateFramesAreAReasonWhateverTheyCost) {
  QualityLadder ladder({25, 1}, 512);
  int changes = 0;
  for (int i = 0; i < 50; ++i) changes += ladder.add(.001, i % 10 == 0 ? Made::late : Made::drawn);
  EXPECT_EQ(changes, 1);
}

TEST(QualityLadder, TakesNonsenseForNothing) {
  QualityLadder ladder({25, 1}, 512);
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(ladder.add(i % 2 ? std::nan("") : -std::numeric_limits<double>::infinity(), Made::drawn));
}

}  // namespace
}  // namespace parlante::testing
