// From frames to curves, and what is read from files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "measure/asked_measures.hpp"
#include "measure/closure_times.hpp"
#include "measure/curves.hpp"
#include "measure/measures.hpp"
#include "measure/report.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;

/// A film of `count` frames whose lips murmur.
FilmSeen murmuring(std::size_t count, double rate) {
  FilmSeen film;
  film.rate = rate;
  for (std::size_t i = 0; i < count; ++i) {
    FrameSeen frame;
    frame.seconds = (static_cast<double>(i) + .5) / rate;
    frame.has_face = true;
    frame.face.lip_gap = murmur(frame.seconds);
    frame.face.lid_gap = .33;
    frame.face.yaw = .05 * std::sin(frame.seconds);
    film.frames.push_back(frame);
  }
  return film;
}

/// A sound of the same rhythm: loud where the lips are open.
SoundHeard rhythm(double seconds, double later) {
  SoundHeard sound;
  for (std::size_t k = 0; k < static_cast<std::size_t>(50 * seconds); ++k) {
    sound.energy_db.push_back(-40 + 200 * murmur(sound.clock.at(k) - later));
    sound.voice.push_back(1);
    sound.pitch_hz.push_back(120);
    sound.bilabial.push_back(0);
    sound.lip_reading.push_back(murmur(sound.clock.at(k) - later) - .1);
  }
  return sound;
}

double row(const std::vector<MeasureRow>& rows, const std::string& key) {
  for (const MeasureRow& row : rows)
    if (row.key == key) return row.value;
  ADD_FAILURE() << "no row " << key;
  return kUnknown;
}

}  // namespace

TEST(Film, FramesWithoutAFaceAreCountedAndBridged) {
  FilmSeen film = murmuring(250, 25);
  for (const std::size_t lost : {0U, 50U, 51U, 52U, 249U}) film.frames[lost].has_face = false;
  const FaceCurves curves = curves_of(film);
  ASSERT_EQ(curves.size(), 250U);
  EXPECT_TRUE(std::isfinite(curves.lip_gap[51]));
  EXPECT_NEAR(curves.lip_gap[49], film.frames[49].face.lip_gap, 1e-9);
  const Measures measures = measure_film(film, nullptr);
  EXPECT_EQ(measures.frames_without_face, 5);
  EXPECT_EQ(measures.frames, 250);
  EXPECT_FALSE(measures.voice);
  for (std::size_t i = 100; i < 130; ++i) film.frames[i].has_face = false;  // too long for a bridge
  EXPECT_TRUE(std::isnan(curves_of(film).lip_gap[115]));
}

TEST(Film, OfIrregularTimesIsTakenAtItsMeanRate) {
  FilmSeen film = murmuring(300, 30);
  film.rate = 1000;  // what some containers claim
  EXPECT_NEAR(curves_of(film).clock.rate, 30, .01);
  EXPECT_EQ(curves_of(film).size(), 300U);
  film.frames.back().seconds = 1e9;  // a broken time stamp
  EXPECT_LE(curves_of(film).size(), 301U);
}

TEST(Film, OfOneFrameOrNoneGivesNoNumbersButNoHarm) {
  for (const std::size_t frames : {0U, 1U, 2U}) {
    const Measures measures = measure_film(murmuring(frames, 25), nullptr);
    EXPECT_TRUE(std::isnan(measures.pose.jitter));
    EXPECT_THAT(report_text(report_rows(measures)), HasSubstr("no sound"));
  }
}

TEST(Film, HeldAgainstOneWhoseSoundBeginsLaterIsMovedUponIt) {
  const FilmSeen ours = murmuring(250, 25);
  FilmSeen theirs = murmuring(280, 29.97);
  for (FrameSeen& frame : theirs.frames) frame.face.lip_gap = murmur(frame.seconds - .3);
  const SoundHeard our_sound = rhythm(10, 0), their_sound = rhythm(9.3, .3);
  const AgainstMeasures against = measure_against(ours, &our_sound, theirs, &their_sound);
  EXPECT_NEAR(against.sound_shift_s, -.3, .003);
  EXPECT_GT(against.sound_likeness, .95);
  EXPECT_GT(against.lips.correlation, .98);
  ASSERT_TRUE(against.lips.lag);
  EXPECT_NEAR(against.lips.lag->seconds, 0, .004);
  const AgainstMeasures unmoved = measure_against(ours, nullptr, theirs, nullptr);
  EXPECT_EQ(unmoved.sound_shift_s, 0);
  EXPECT_TRUE(std::isnan(unmoved.sound_likeness));
}

TEST(Voice, LipsThatFollowTheSoundLateAreFoundSo) {
  const SoundHeard sound = rhythm(10, -.06);
  const Measures measures = measure_film(murmuring(250, 25), &sound);
  ASSERT_TRUE(measures.voice && measures.voice->reading_lag);
  EXPECT_NEAR(measures.voice->reading_lag->seconds, .06, .004);
  EXPECT_TRUE(std::isnan(measures.voice->silence_std));
}

TEST(Voice, PeaksOfOneClosureAreHeardOnce) {
  SoundHeard sound;
  sound.bilabial.assign(100, .01);
  sound.bilabial[20] = .6, sound.bilabial[22] = .9, sound.bilabial[50] = .3, sound.bilabial[70] = .5;
  EXPECT_EQ(bilabials_heard(sound), (std::vector{.44, 1.4}));
}

TEST(Asked, WhatTheFilmShowsIsHeldAgainstItsCodes) {
  const FilmSeen film = murmuring(250, 25);
  std::vector<FaceCode> codes(250);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    codes[i].yaw = static_cast<float>(film.frames[i].face.yaw / .8 + .1);
    codes[i].aperture = static_cast<float>(film.frames[i].face.lip_gap);
  }
  const AskedMeasures asked = measure_asked(film, codes);
  EXPECT_NEAR(asked.yaw.correlation, 1, 1e-5);
  EXPECT_NEAR(asked.yaw.slope, .8, 1e-4);
  EXPECT_NEAR(asked.aperture.slope, 1, 1e-4);
  EXPECT_TRUE(std::isnan(asked.roll.correlation));
  EXPECT_TRUE(std::isnan(measure_asked(film, {}).yaw.slope));
}

TEST(ClosureTimes, AreReadFromTextAndJson) {
  const auto text = parse_closure_times("# b of \"bin\"\n.5\n\n 1.25 1.30 # m\n", "times");
  ASSERT_TRUE(text) << text.error().message;
  ASSERT_EQ(text->size(), 2U);
  EXPECT_DOUBLE_EQ((*text)[0].end_s, .5);
  EXPECT_DOUBLE_EQ((*text)[1].end_s, 1.3);
  const auto json = parse_closure_times(" [0.5, [1.25, 1.3]]", "times");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_DOUBLE_EQ((*json)[1].start_s, 1.25);
}

TEST(ClosureTimes, ThatMakeNoSenseAreRefused) {
  for (const char* bad : {"", "\n#\n", "[]", "[1, \"2\"]", "[[1,2,3]]", "[-1]", "[1,", "one", "1 2 3", "2 1",
                          "-1", "1,5", "nan", "{\"a\":1}", "1 x"})
    EXPECT_FALSE(parse_closure_times(bad, "times")) << bad;
  EXPECT_THAT(parse_closure_times("1\n2\nx", "times").error().message, HasSubstr("line 3"));
  EXPECT_FALSE(read_closure_times("/nowhere/times"));
}

TEST(Report, MarksWhatIsReachedAsItIsShown) {
  MeasureRow row{"lips", "k", "name", "", 2, .9496, {}, {}, {}, .95, {}};
  EXPECT_EQ(row.reached(), true);  // shown as 0.95
  row.value = .944;
  EXPECT_EQ(row.reached(), false);
  row.value = kUnknown;
  EXPECT_FALSE(row.reached());
  row.low.reset();
  row.value = 1;
  EXPECT_FALSE(row.reached());
}

TEST(Report, SaysWhatIsNotKnownInTextAndJson) {
  const auto rows = report_rows(measure_film(murmuring(50, 25), nullptr));
  EXPECT_TRUE(std::isnan(row(rows, "silence_std")));
  EXPECT_THAT(report_text(rows), Not(HasSubstr("nan")));
  EXPECT_THAT(report_json(rows), HasSubstr("\"silence_std\":{\"value\":null"));
}

}  // namespace parlante::testing
