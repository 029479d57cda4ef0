// Statistics and lags of curves.
#include "measure/series.hpp"

#include <gtest/gtest.h>

#include "measure/curves.hpp"

namespace parlante::testing {

TEST(Statistics, LeaveOutWhatIsNotKnown) {
  const Series values{1, kUnknown, 2, 3, std::numeric_limits<double>::infinity(), 4};
  EXPECT_DOUBLE_EQ(mean(values), 2.5);
  EXPECT_DOUBLE_EQ(median(values), 2.5);
  EXPECT_DOUBLE_EQ(standard_deviation(values), std::sqrt(1.25));
  EXPECT_DOUBLE_EQ(percentile(values, 0), 1);
  EXPECT_DOUBLE_EQ(percentile(values, 100), 4);
  EXPECT_NEAR(percentile(values, 90), 3.7, 1e-12);
}

TEST(Statistics, OfNothingAreNotKnown) {
  for (const Series& nothing : {Series{}, Series{kUnknown, kUnknown}}) {
    EXPECT_TRUE(std::isnan(mean(nothing)));
    EXPECT_TRUE(std::isnan(standard_deviation(nothing)));
    EXPECT_TRUE(std::isnan(percentile(nothing, 50)));
    EXPECT_TRUE(std::isnan(correlation(nothing, nothing)));
    EXPECT_FALSE(best_lag(nothing, nothing, 25, .3));
  }
}

TEST(Correlation, IsOneForALineAndUnknownForAConstant) {
  const Series line{1, 2, 3, 4}, fall{8, 6, 4, 2}, level{.1, .1, .1, .1}, gaps{1, kUnknown, 3, 4};
  EXPECT_NEAR(correlation(line, line), 1, 1e-12);
  EXPECT_NEAR(correlation(line, fall), -1, 1e-12);
  EXPECT_NEAR(correlation(line, gaps), 1, 1e-12);
  EXPECT_TRUE(std::isnan(correlation(line, level)));
}

TEST(Clocks, BridgeShortGapsAndLeaveLongOnesOpen) {
  const Series seconds{0, .1, .2, .3, .9, 1.0}, values{0, 1, kUnknown, 3, 9, 10};
  const Series taken = on_clock(seconds, values, {0, 10}, 13, .3);
  EXPECT_NEAR(taken[2], 2, 1e-9);     // bridged
  EXPECT_TRUE(std::isnan(taken[5]));  // .6 s of nothing
  EXPECT_NEAR(taken[9], 9, 1e-9);
  EXPECT_TRUE(std::isnan(taken[11]));  // after the end
  EXPECT_NEAR(on_clock(seconds, values, {0, 10}, 13, .3, .15)[11], 10, 1e-9);
}

TEST(Lag, IsFoundToAFewMilliseconds) {
  for (const double rate : {25., 29.97, 60.})
    for (const double late : {-.137, -.04, 0., .013, .05, .2}) {
      const Clock clock{.02, rate};
      const auto count = static_cast<std::size_t>(8 * rate);
      const Series real = sampled(clock, count, murmur),
                   ours = sampled(clock, count, [&](double t) { return .7 * murmur(t - late); });
      const auto lag = best_lag(ours, real, rate, .3);
      ASSERT_TRUE(lag) << rate << " fps, " << late << " s";
      EXPECT_NEAR(lag->seconds, late, .003) << rate << " fps";
      EXPECT_GT(lag->correlation, .97);
    }
}

TEST(Lag, IsFoundWhereHalfOfTheCurveIsUnknown) {
  const Clock clock{0, 25};
  Series real = sampled(clock, 300, murmur),
         ours = sampled(clock, 300, [](double t) { return murmur(t - .08); });
  for (std::size_t i = 0; i < 300; ++i)
    if (i / 25 % 2) real[i] = kUnknown;
  const auto lag = best_lag(ours, real, 25, .3);
  ASSERT_TRUE(lag);
  EXPECT_NEAR(lag->seconds, .08, .004);
}

TEST(Lag, IsNotInventedForCurvesThatDoNotGoTogether) {
  const Clock clock{0, 25};
  const Series real = sampled(clock, 200, murmur);
  EXPECT_FALSE(best_lag(sampled(clock, 200, [](double t) { return murmur(t - .9); }), real, 25, .05));
  EXPECT_FALSE(best_lag(Series(200, .1), real, 25, .3));
  EXPECT_FALSE(best_lag(Series(200, kUnknown), real, 25, .3));
}

}  // namespace parlante::testing
