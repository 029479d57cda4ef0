// The measures on films of real people, where they are at hand.
#include <gtest/gtest.h>

#include "measure/measures.hpp"
#include "support/paths.hpp"

namespace parlante::testing {
namespace {

struct Clip {
  FilmSeen film;
  SoundHeard sound;
};

Clip taken_in(const std::filesystem::path& file) {
  const auto networks = FaceNetworks::load(models_folder());
  const auto speech = PhoneticModel::load(models_folder() / "phonetic.hama");
  EXPECT_TRUE(networks && speech);
  if (!networks || !speech) return {};
  auto film = watch_film(file.string(), *networks, null_sink());
  auto sound = hear_file(file.string(), *speech, null_sink());
  EXPECT_TRUE(film && sound);
  return film && sound ? Clip{std::move(*film), std::move(*sound)} : Clip{};
}

}  // namespace

TEST(RealPeople, ASentenceOfGridHasTheFiguresOfASpeakingPerson) {
  const auto file = shared_data() / "grid_s1/clips/bbaf2n.mkv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs the GRID clips beside the checkout";
  const Clip clip = taken_in(file);
  const Measures measures = measure_film(clip.film, &clip.sound);
  EXPECT_EQ(measures.frames, 75);
  EXPECT_EQ(measures.frames_without_face, 0);
  EXPECT_NEAR(measures.lips.gap_std, .04, .01);
  EXPECT_LT(measures.lips.floor, .01);
  EXPECT_LT(measures.pose.jitter, .2);
  EXPECT_EQ(measures.blinks.count, 2);  // looked at
  ASSERT_TRUE(measures.voice && measures.voice->reading_lag);
  EXPECT_GT(measures.voice->reading_lag->correlation, .7);
  EXPECT_LT(std::abs(measures.voice->reading_lag->seconds), .06);
  EXPECT_EQ(measures.voice->bilabials.met, measures.voice->bilabials.of);
}

TEST(RealPeople, AMouthAheadOfItsSoundIsFoundAsSuchAndTheFilmMovedUponItself) {
  const auto file = shared_data() / "validation/video/T1_matrix0507.mkv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs the validation films beside the checkout";
  const Clip clip = taken_in(file);
  const Measures measures = measure_film(clip.film, &clip.sound);
  ASSERT_TRUE(measures.voice && measures.voice->reading_lag);
  EXPECT_NEAR(measures.voice->reading_lag->seconds, -.05, .03);  // the set's index says 40 to 50 ms
  FilmSeen late = clip.film;
  for (FrameSeen& frame : late.frames) frame.seconds += .12;
  const AgainstMeasures against = measure_against(late, &clip.sound, clip.film, &clip.sound);
  ASSERT_TRUE(against.lips.lag);
  EXPECT_NEAR(against.lips.lag->seconds, .12, .005);
  EXPECT_NEAR(against.sound_shift_s, 0, .002);
}

}  // namespace parlante::testing
