#include "stream/live_clock.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parlante::testing {
namespace {

using namespace std::chrono_literals;
using Turn = LiveClock::Turn;
const LiveClock::Time kStart{100s};

TEST(LiveClock, FramesAreDueInStepForYears) {
  LiveClock clock({30000, 1001}, kStart);
  for (int i = 0; i < 30000; ++i) clock.done();
  EXPECT_EQ(clock.due() - kStart, 1001s);
  LiveClock sixty({60, 1}, kStart);
  EXPECT_EQ(sixty.due(), kStart);
  sixty.done();
  EXPECT_EQ(sixty.due() - kStart, 16666666ns);
}

TEST(LiveClock, DrawsWhatIsInTimeAndSkipsWhatIsAFrameLate) {
  LiveClock clock({25, 1}, kStart);
  EXPECT_EQ(clock.turn(kStart), Turn::draw);
  EXPECT_EQ(clock.turn(kStart + 39ms), Turn::draw);
  EXPECT_EQ(clock.turn(kStart + 40ms), Turn::skip);
  EXPECT_EQ(clock.late(), 1);
  clock.done();
  EXPECT_EQ(clock.turn(kStart + 41ms), Turn::draw) << "the next one is not late";
}

TEST(LiveClock, SkipsNothingForOneSlowFrameWhereFramesAreCloseTogether) {
  LiveClock clock({60, 1}, kStart);
  auto now = kStart + 30ms;  // the first was that slow, the others take 8 ms
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(clock.turn(now), Turn::draw) << i;
    clock.done();
    now = std::max(now + 8ms, clock.due());
  }
  EXPECT_EQ(now, clock.due()) << "it is in time again";
  EXPECT_EQ(clock.turn(now + 33ms), Turn::skip);
}

TEST(LiveClock, CatchesUpWithAShortDelayAndGoesOnFromALongOne) {
  LiveClock clock({25, 1}, kStart);
  auto now = kStart + 400ms;
  std::vector<Turn> turns;
  for (int i = 0; i < 14; ++i, now += 10ms) {
    turns.push_back(clock.turn(now));
    clock.done();
  }
  EXPECT_EQ(std::count(turns.begin(), turns.end(), Turn::skip), 13);
  EXPECT_EQ(clock.stalls(), 0);

  LiveClock stopped({25, 1}, kStart);
  EXPECT_EQ(stopped.turn(kStart + 1h), Turn::draw);
  stopped.done();
  EXPECT_EQ(stopped.stalls(), 1);
  EXPECT_EQ(stopped.late(), 0);
  EXPECT_EQ(stopped.due(), kStart + 1h + 40ms);
}

TEST(LiveClock, SpreadsFewerPicturesEvenly) {
  for (const auto& [pictures, rate] : {std::pair{40, 60}, {30, 60}, {25, 60}, {20, 60}, {20, 25}}) {
    LiveClock clock({rate, 1}, kStart);
    clock.draw_at({pictures, 1});
    int drawn = 0, since = 0, longest = 0;
    for (int i = 0; i < 10 * rate; ++i) {
      if (clock.turn(clock.due()) == Turn::draw) {
        ++drawn;
        since = 0;
      }
      longest = std::max(longest, ++since);
      clock.done();
    }
    EXPECT_EQ(drawn, 10 * pictures);
    EXPECT_LE(longest, (rate + pictures - 1) / pictures);
    EXPECT_EQ(clock.late(), 0) << "left out is not late";
  }
}

TEST(LiveClock, PicturesThatAreNoFewerAreAll) {
  LiveClock clock({25, 1}, kStart);
  for (const Rational pictures : {Rational{25, 1}, {60, 1}, {0, 1}, {-5, 1}, {5, 0}}) {
    clock.draw_at(pictures);
    EXPECT_EQ(clock.drawn().num, 25);
    EXPECT_EQ(clock.turn(clock.due()), Turn::draw);
    clock.done();
  }
}

}  // namespace
}  // namespace parlante::testing
