// Controls and tracks on the command line: what is asked for is done, or refused with a sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {

using ::testing::HasSubstr;
using ::testing::Not;

class ControlOptions : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<Folder>();
    const std::string portrait = (samples_folder() / "portrait.png").string();
    ASSERT_EQ(run({"avatar", portrait, "-o", *shared / "face.avatar"}).exit, 0);
    write_wav(*shared / "a.wav", buzz(.6, 16000), 16000, 1);
  }
  static void TearDownTestSuite() { shared.reset(); }

  std::string text(const std::string& name, const std::string& what) const {
    std::ofstream(folder / name, std::ios::binary) << what;
    return folder / name;
  }
  Outcome render(std::vector<std::string> more, const std::string& output = "out.mp4") const {
    std::vector<std::string> all = {"render",
                                    *shared / "face.avatar",
                                    *shared / "a.wav",
                                    "-o",
                                    folder / output,
                                    "--size",
                                    "256",
                                    "--preset",
                                    "ultrafast"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }
  void expect_refused(const std::vector<std::string>& more, const std::string& word, int exit = 2) const {
    const Outcome outcome = render(more);
    EXPECT_EQ(outcome.exit, exit) << more[0] << ' ' << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(word));
    EXPECT_FALSE(fs::exists(folder / "out.mp4"));
  }

  Folder folder;
  static std::unique_ptr<Folder> shared;
};
std::unique_ptr<Folder> ControlOptions::shared;

TEST_F(ControlOptions, EachIsDone) {
  const std::vector<std::vector<std::string>> asked = {
      {"--gaze", "-10,4", "--distance", "1.05", "--head-pose", "-5,2,0", "--motion", "rules"},
      {"--gaze", "screen:.1,.5", "--fixed-pose", "10,-3,2", "--idle", "off"},
      {"--emotion", "happiness=.6,surprise=.2", "--still", "--blinks", "10"},
      {"--controls", text("c.json", R"([{"time": 0.2, "emotion": {"anger": 1}, "gaze": [5, 5]}])")}};
  for (const auto& more : asked) {
    const Outcome outcome = render(more);
    EXPECT_EQ(outcome.exit, 0) << more[0] << outcome.err;
    EXPECT_THAT(outcome.err, Not(HasSubstr("warning")));
    fs::remove(folder / "out.mp4");
  }
}

TEST_F(ControlOptions, OutOfRangeIsTakenAsTheNearestAndSaidOnce) {
  const std::string file =
      text("c.json", R"([{"time":0,"emotion":{"fear":3}},{"time":0.1,"emotion":{"fear":3}}])");
  const Outcome outcome = render({"--gaze", "80,0", "--motion-scale", "9", "--controls", file});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  for (const char* sentence :
       {"The gaze's yaw goes from -35 to 35; 80 was taken as 35.",
        "The motion scale goes from 0 to 2; 9 was taken as 2.", "fear goes from 0 to 1; 3 was taken as 1."}) {
    const auto first = outcome.err.find(sentence);
    EXPECT_NE(first, std::string::npos) << sentence << outcome.err;
    EXPECT_EQ(outcome.err.find(sentence, first + 1), std::string::npos) << sentence;
  }
}

TEST_F(ControlOptions, NonsenseIsRefused) {
  expect_refused({"--gaze", "left"}, "--gaze");
  expect_refused({"--head-pose", "1,2,3,4"}, "--head-pose");
  expect_refused({"--fixed-pose", "x"}, "--fixed-pose");
  expect_refused({"--emotion", "joy=1"}, "happiness");
  expect_refused({"--idle", "dance"}, "--idle");
  expect_refused({"--motion", "magic"}, "--motion");
  expect_refused({"--controls", folder / "none.json"}, "none.json");
  expect_refused({"--controls", text("bad.json", R"([{"time":0},{"time":1,"gazes":1}])")},
                 "bad.json: keyframe 2: \"gazes\" is no control.");
  expect_refused({"--pose-from", folder / "none.jsonl"}, "none.jsonl");
  expect_refused({"--expression-from", text("bad.jsonl", "{\"seconds\":0}\n{\"seconds\":\"x\"}\n")},
                 "bad.jsonl, line 2: ");
  expect_refused({"--pose-from", text("nobody.jsonl", "{\"seconds\":0,\"face\":null}\n")}, "face");
  expect_refused({"--pose-from", (samples_folder() / "portrait.png").string()}, "line 1");
}

TEST_F(ControlOptions, TheLearnedMotionMustBeThere) {
  const fs::path models = folder / "models";
  fs::copy(models_folder(), models, fs::copy_options::recursive);
  fs::remove(models / "motion.safetensors");
  expect_refused({"--motion", "learned", "--models", models}, "motion.safetensors", 3);
  expect_refused({"--motion", "best", "--models", models}, "motion.safetensors", 3);
}

TEST_F(ControlOptions, TracksOfAnyRateDriveSpeechAndCodes) {
  std::string shake, brows;
  for (int k = 0; k < 120; ++k) {
    shake +=
        "{\"seconds\":" + std::to_string(k / 120.) + ",\"yaw_deg\":" + std::to_string(k % 60 - 30) + "}\n";
    if (k % 12 == 0)
      brows += "{\"seconds\":" + std::to_string(k / 10.) +
               ",\"face\":null}\n{\"seconds\":" + std::to_string(k / 10. + .5) +
               ",\"weights\":{\"browInnerUp\":1}}\n";
  }
  const std::string pose = text("pose.jsonl", shake), expression = text("brows.jsonl", brows);
  EXPECT_EQ(render({"--pose-from", pose, "--expression-from", expression}, "a.mp4").exit, 0);
  const std::string codes = text("codes.jsonl", "{}\n{}\n{}\n{}\n");
  const Outcome given = render({"--codes", codes, "--pose-from", pose, "--emotion", "fear=.4"}, "b.mp4");
  EXPECT_EQ(given.exit, 0) << given.err;
  const Outcome plain = render({"--codes", codes}, "c.mp4");
  EXPECT_EQ(plain.exit, 0) << plain.err;
  EXPECT_NE(contents(folder / "b.mp4"), contents(folder / "c.mp4"));
}

}  // namespace parlante::testing
