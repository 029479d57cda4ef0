#include "stream/live_delay.hpp"

#include <gtest/gtest.h>

namespace parlante::testing {
namespace {

TEST(LiveDelay, IsAHundredAndFortyMillisecondsAtTheMouthsOwnRate) {
  EXPECT_EQ(live_delay({25, 1}, {}), 140 * 16);
  EXPECT_EQ(live_delay({50, 1}, {}), 140 * 16);
  EXPECT_NEAR(static_cast<double>(live_delay({60, 1}, {})), 156.7 * 16, 16);
}

TEST(LiveDelay, AMouthThatIsMadeAheadComesSooner) {
  const auto delay_ms = [](int rate, const LiveWaits& waits) {
    return static_cast<double>(live_delay({rate, 1}, waits)) / 16;
  };
  const LiveWaits one{.ahead = 1}, two{.foreseen = 6, .ahead = 2};
  for (const auto& [rate, ms] : {std::pair{25, 140.}, {30, 140.}, {40, 140.}, {50, 120.}, {60, 136.7}})
    EXPECT_NEAR(delay_ms(rate, one), ms, .1) << rate;
  for (const auto& [rate, ms] : {std::pair{25, 120.}, {50, 120.}})
    EXPECT_NEAR(delay_ms(rate, two), ms, .1) << rate;
}

TEST(LiveDelay, CoversEveryFrameOfADay) {
  for (const Rational rate :
       {Rational{25, 1}, {30000, 1001}, {40, 1}, {60, 1}, {24000, 1001}, {10, 1}, {59, 1}})
    for (const LiveWaits& waits : {LiveWaits{}, LiveWaits{.ahead = 1}, LiveWaits{.foreseen = 6, .ahead = 2},
                                   LiveWaits{.future = 8, .video_frame = 1}}) {
      const std::int64_t most = live_delay(rate, waits), day = 86400 * rate.num / rate.den;
      for (std::int64_t frame = day - 5000; frame < day; ++frame)
        ASSERT_LE(sound_needed(frame, rate, waits) - sample_of_frame(frame, rate), most) << frame;
    }
}

}  // namespace
}  // namespace parlante::testing
