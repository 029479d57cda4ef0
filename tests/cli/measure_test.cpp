// parlante measure, from a rendered film to the table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/random.hpp"
#include "media/movie_writer.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class MeasureCommand : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<Folder>();
    const Outcome drawn =
        run({"render", (samples_folder() / "portrait.png").string(),
             (samples_folder() / "speech.flac").string(), "-o", film(), "--size", "256", "-q"});
    ASSERT_EQ(drawn.exit, 0) << drawn.err;
    const Outcome tracked = run({"track", "--landmarks", "-q", film(), "-o", track()});
    ASSERT_EQ(tracked.exit, 0) << tracked.err;
  }
  static void TearDownTestSuite() { shared.reset(); }

  static std::string film() { return *shared / "film.mp4"; }
  static std::string track() { return *shared / "track.jsonl"; }
  static double value(const json& report, const char* group, const char* key) {
    const json& found = report.at(group).at(key).at("value");
    return found.is_null() ? std::numeric_limits<double>::quiet_NaN() : found.get<double>();
  }
  std::string text(const std::string& name, const std::string& what) const {
    std::ofstream(folder / name, std::ios::binary) << what;
    return folder / name;
  }
  static void expect_refused(const Outcome& outcome, int exit, const std::string& words) {
    EXPECT_EQ(outcome.exit, exit) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("parlante: "));
    EXPECT_THAT(outcome.err, HasSubstr(words));
    EXPECT_EQ(outcome.out, "");
  }

  Folder folder;
  static std::unique_ptr<Folder> shared;
};
std::unique_ptr<Folder> MeasureCommand::shared;

TEST_F(MeasureCommand, FindsThatOurSampleSpeaks) {
  const Outcome outcome = run({"measure", film(), "--json", "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_NEAR(value(report, "film", "seconds"), 9.36, .1);
  EXPECT_EQ(value(report, "film", "frames_without_face"), 0);
  EXPECT_GT(value(report, "lips", "gap_std"), .03);
  EXPECT_GE(value(report, "lips", "closures_heard"), .85);
  EXPECT_LT(std::abs(value(report, "lips", "reading_lag")), 45);
  EXPECT_LT(value(report, "lips", "silence_std"), .05);  // people in natural speech: .044 to .048
  EXPECT_GT(value(report, "head", "rotation"), .1);
  EXPECT_GE(value(report, "eyes", "blinks"), 10);
  EXPECT_GT(value(report, "picture", "mouth_against_cheeks"), .5);
}

TEST_F(MeasureCommand, ShowsAimsAndRealPeopleBesideEachFigure) {
  const Outcome outcome = run({"measure", film(), "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* words : {"this film", "real people", "aim", "lips:", "head:", "eyes:", "picture:"})
    EXPECT_THAT(outcome.out, HasSubstr(words));
  EXPECT_THAT(outcome.out, Not(HasSubstr("nan")));
}

TEST_F(MeasureCommand, AFilmHeldAgainstItselfIsPerfect) {
  const Outcome outcome = run({"measure", film(), "--against", film(), "--json", "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_NEAR(value(report, "against", "correlation"), 1, 1e-9);
  EXPECT_NEAR(value(report, "against", "amplitude"), 1, 1e-9);
  EXPECT_NEAR(value(report, "against", "lag"), 0, 1);
  EXPECT_EQ(value(report, "against", "closures_kept"), 1);
  EXPECT_EQ(value(report, "against", "closures_wrong"), 0);
  EXPECT_EQ(report["lips"]["gap_std"]["value"], report["lips"]["gap_std"]["theirs"]);
}

TEST_F(MeasureCommand, MovesTheOtherFilmByWhatItsMouthIsAhead) {
  const Outcome outcome = run({"measure", film(), "--against", film(), "--ahead", "80", "--json", "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NEAR(value(json::parse(outcome.out), "against", "lag"), -80, 4);
}

TEST_F(MeasureCommand, ATrackGivesTheSameFiguresWithoutPixels) {
  const Outcome of_film = run({"measure", film(), "--json", "-q"});
  const Outcome of_track = run({"measure", track(), "--sound", film(), "--json", "-q"});
  ASSERT_EQ(of_track.exit, 0) << of_track.err;
  const json a = json::parse(of_film.out), b = json::parse(of_track.out);
  for (const char* key : {"gap_std", "gap_p95", "closures_heard", "silence_std"})
    EXPECT_NEAR(value(a, "lips", key), value(b, "lips", key), .002) << key;
  EXPECT_NEAR(value(a, "head", "yaw_std"), value(b, "head", "yaw_std"), .02);
  EXPECT_TRUE(b["picture"]["background_std"]["value"].is_null());
}

TEST_F(MeasureCommand, WithoutSoundTheRowsSayNoSound) {
  const Outcome outcome = run({"measure", track(), "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("no sound"));
  const json report = json::parse(run({"measure", track(), "--json", "-q"}).out);
  EXPECT_TRUE(report["lips"]["silence_std"]["value"].is_null());
  EXPECT_EQ(report["lips"]["silence_std"]["note"], "no sound");
}

TEST_F(MeasureCommand, TakesTimesOfClosuresAndAskedCodes) {
  const Outcome outcome =
      run({"measure", film(), "--closures", text("times.txt", "# when\n1.0\n2.5 2.6\n"), "--asked",
           text("codes.jsonl", "{\"yaw_deg\":1}\n{\"yaw_deg\":2}\n{\"yaw_deg\":3}\n"), "--json", "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json report = json::parse(outcome.out);
  EXPECT_THAT(report["lips"]["closures_wanted"]["note"].get<std::string>(), HasSubstr("of 2"));
  EXPECT_TRUE(report["asked"]["pitch_correlation"]["value"].is_null());  // nothing was asked of it
}

TEST_F(MeasureCommand, SoundOfNothingButNotANumberIsSilence) {
  write_wav(folder / "nan.wav", std::vector<float>(32000, std::numeric_limits<float>::quiet_NaN()), 16000, 1);
  const Outcome outcome = run({"measure", film(), "--sound", folder / "nan.wav", "--json", "-q"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(value(json::parse(outcome.out), "film", "voiced"), 0);
}

TEST_F(MeasureCommand, AnotherSoundIsWarnedOf) {
  write_wav(folder / "buzz.wav", buzz(9, 16000), 16000, 1);
  const Outcome outcome =
      run({"measure", film(), "--sound", folder / "buzz.wav", "--against", film(), "--json"});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("do not sound alike"));
}

TEST_F(MeasureCommand, AFilmWithoutAFaceIsRefused) {
  MovieSettings settings;
  settings.width = settings.height = 128;
  auto movie = MovieWriter::open(folder / "empty.mp4", settings);
  ASSERT_TRUE(movie);
  ImageU8 picture(128, 128, 3);
  Random random(1);
  for (int i = 0; i < 10; ++i) {
    for (auto& pixel : picture.pixels) pixel = static_cast<std::uint8_t>(random.bits());
    ASSERT_TRUE(movie->write_frame(picture));
  }
  ASSERT_TRUE(movie->finish());
  expect_refused(run({"measure", folder / "empty.mp4", "-q"}), 4, "No face");
}

TEST_F(MeasureCommand, BadFilesAreRefusedWithASentence) {
  expect_refused(run({"measure", folder / "nothing.mp4", "-q"}), 1, "nothing.mp4");
  expect_refused(run({"measure", text("a.mp4", "hello\n"), "-q"}), 1, "a.mp4");
  expect_refused(run({"measure", text("bad.jsonl", "{\"seconds\":0,\"face\":1}\n"), "-q"}), 2, "line 1");
  expect_refused(run({"measure", text("cut.jsonl", "{\"seconds\":0,\"fa"), "-q"}), 2, "line 1");
  expect_refused(run({"measure", text("nobody.jsonl", "{\"seconds\":0,\"face\":null}\n"), "-q"}), 4,
                 "no face");
  expect_refused(run({"measure", film(), "--sound", folder / "no.wav", "-q"}), 5, "no.wav");
  expect_refused(run({"measure", film(), "--against", folder / "no.mp4", "-q"}), 1, "no.mp4");
  expect_refused(run({"measure", film(), "--closures", text("t.txt", "1.0\nsoon\n"), "-q"}), 2, "line 2");
  expect_refused(run({"measure", film(), "--asked", text("c.jsonl", "{}\nyes\n"), "-q"}), 2, "line 2");
}

}  // namespace parlante::testing
