// Lips that shut, or do not, at known moments.
#include "measure/lip_measures.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "measure/curves.hpp"

namespace parlante::testing {
namespace {

constexpr Clock kFilm{.02, 25};
constexpr double kFloor = .005;

/// Lips open by .1, shut for 60 ms about each of the moments, with flanks of 50 ms.
double gap_at(double t, const std::vector<double>& shut_at) {
  double open = 1;
  for (const double s : shut_at) open = std::min(open, std::clamp((std::abs(t - s) - .03) / .05, 0., 1.));
  return kFloor + .1 * open;
}
Series speaking(std::size_t frames, const std::vector<double>& shut_at) {
  return sampled(kFilm, frames, [&](double t) { return gap_at(t, shut_at); });
}
std::vector<Spell> moments(const std::vector<double>& times) {
  std::vector<Spell> spells;
  for (const double t : times) spells.push_back({t, t});
  return spells;
}

const std::vector<double> kShut{.5, 1.2, 2.1, 3.0};

}  // namespace

TEST(Closures, AreFoundOnceEach) {
  const Series opening = opening_above(speaking(100, kShut), kFloor);
  const auto found = closures(opening, kFilm);
  ASSERT_EQ(found.size(), kShut.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(.5 * (found[i].start_s + found[i].end_s), kShut[i], .021);
}

TEST(Closures, ThatLastLikeAPauseAreNone) {
  Series gap = speaking(100, kShut);
  std::fill(gap.begin() + 58, gap.begin() + 70, kFloor);  // from 2.3 s on, .48 s long
  EXPECT_EQ(closures(opening_above(gap, kFloor), kFilm).size(), 4U);
  EXPECT_EQ(closures(Series(100, 0.), kFilm).size(), 0U);
  EXPECT_EQ(closures(Series(100, .1), kFilm).size(), 0U);
  EXPECT_EQ(closures(Series(100, kUnknown), kFilm).size(), 0U);
}

TEST(Closures, CountWhenTheyLieWithin80Milliseconds) {
  const Series opening = opening_above(speaking(100, kShut), kFloor);
  const Count exact = closures_made(opening, kFilm, moments(kShut));
  EXPECT_EQ(exact.met, 4);
  EXPECT_EQ(exact.of, 4);
  EXPECT_EQ(closures_made(opening, kFilm, moments({.58, 1.12})).met, 2);
  EXPECT_EQ(closures_made(opening, kFilm, moments({.68, 1.02})).met, 0);
}

TEST(Closures, WantedWhereNothingIsKnownDoNotCount) {
  Series opening = opening_above(speaking(100, kShut), kFloor);
  std::fill(opening.begin() + 20, opening.begin() + 40, kUnknown);  // over 1.2 s
  const Count count = closures_made(opening, kFilm, moments({.5, 1.2, 2.1, 99}));
  EXPECT_EQ(count.of, 2);
  EXPECT_EQ(count.met, 2);
  EXPECT_TRUE(std::isnan(Count{}.share()));
}

TEST(Closures, OfAMouthThatNeverShutsAreNotCreditedByItsFloor) {
  const Series gaping = sampled(kFilm, 100, [](double t) { return .08 + gap_at(t, kShut); });
  const Series opening = opening_above(gaping, lip_floor(gaping));
  EXPECT_EQ(closures_made(opening, kFilm, moments(kShut)).met, 0);
}

TEST(Closures, ThatAreNotTheRealOnesAreFalse) {
  const Series real = opening_above(speaking(100, {.5, 1.2, 2.1}), kFloor),
               ours = opening_above(speaking(100, {.5, 1.25, 1.7, 3.0}), kFloor);
  const Count wrong = false_closures(ours, real, kFilm);
  EXPECT_EQ(wrong.of, 4);
  EXPECT_EQ(wrong.met, 2);
}

TEST(ClosureLag, SaysHowLongTheLipsAreAhead) {
  for (const double ahead : {-.04, .06, .1}) {
    std::vector<double> heard;
    for (const double t : kShut) heard.push_back(t + ahead);
    const auto lag = closure_lag(opening_above(speaking(100, kShut), kFloor), kFilm, heard);
    ASSERT_TRUE(lag);
    EXPECT_NEAR(*lag, -ahead, .015);
  }
  EXPECT_FALSE(closure_lag(opening_above(speaking(100, kShut), kFloor), kFilm, std::vector{.5, 1.2}));
}

TEST(Silence, HearsOnlyTheMomentsWithoutAVoice) {
  Series gap = speaking(100, kShut), voice(100, 1.);
  std::fill(voice.begin() + 80, voice.end(), 0.);
  for (std::size_t i = 80; i < 100; ++i) gap[i] = kFloor + (i % 2 ? .02 : 0.);
  EXPECT_NEAR(movement_in_silence(gap, voice, kFilm), .01, 1e-9);
  std::fill(voice.begin(), voice.end(), 1.);
  EXPECT_TRUE(std::isnan(movement_in_silence(gap, voice, kFilm)));
}

TEST(LipsAgainst, ASmallerAndLaterCopyIsDescribedAsSuch) {
  const Series real = sampled(kFilm, 250, murmur);
  const Series ours = sampled(kFilm, 250, [](double t) { return .6 * murmur(t - .06); });
  const LipsAgainst against = measure_lips_against(ours, real, Series(250, 1.), kFilm);
  EXPECT_NEAR(against.amplitude, .6, .01);
  ASSERT_TRUE(against.lag);
  EXPECT_NEAR(against.lag->seconds, .06, .003);
  EXPECT_NEAR(against.lag->correlation, 1, .01);
  EXPECT_LT(against.correlation, .8);
  EXPECT_DOUBLE_EQ(against.correlation_voiced, against.correlation);
  EXPECT_NEAR(against.seconds, 10, 1e-9);
}

TEST(LipsAgainst, AFilmAgainstItselfIsPerfect) {
  const Series gap = speaking(100, kShut);
  const LipsAgainst against = measure_lips_against(gap, gap, {}, kFilm);
  EXPECT_NEAR(against.correlation, 1, 1e-12);
  EXPECT_TRUE(std::isnan(against.correlation_voiced));
  EXPECT_NEAR(against.amplitude, 1, 1e-12);
  EXPECT_NEAR(against.p95_ratio, 1, 1e-12);
  EXPECT_EQ(against.kept.met, 4);
  EXPECT_EQ(against.kept.of, 4);
  EXPECT_EQ(against.wrong.met, 0);
}

TEST(LipsAgainst, DifferentLengthsAndUnknownStretchesAreCutToWhatBothKnow) {
  Series real = speaking(100, kShut);
  real.resize(60);
  std::fill(real.begin(), real.begin() + 10, kUnknown);
  const LipsAgainst against = measure_lips_against(speaking(100, kShut), real, {}, kFilm);
  EXPECT_NEAR(against.seconds, 2, 1e-9);
  EXPECT_NEAR(against.correlation, 1, 1e-12);
  const LipsAgainst nothing = measure_lips_against(speaking(100, kShut), {}, {}, kFilm);
  EXPECT_EQ(nothing.seconds, 0);
  EXPECT_TRUE(std::isnan(nothing.correlation));
  EXPECT_FALSE(nothing.lag);
}

}  // namespace parlante::testing
