// Every bad input ends in a right video or in one clear sentence and the documented exit code, with no half
// file left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "cli/command.hpp"
#include "core/random.hpp"
#include "media/picture.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante::testing {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<Folder>();
    const Outcome made = run({"avatar", portrait(), "-o", avatar()});
    ASSERT_EQ(made.exit, 0) << made.err;
  }
  static void TearDownTestSuite() { shared.reset(); }

  static std::string portrait() { return (samples_folder() / "portrait.png").string(); }
  static std::string avatar() { return *shared / "face.avatar"; }
  std::string file(const std::string& name) const { return folder / name; }
  std::string sound(const std::string& name, std::span<const float> samples, int rate,
                    int channels = 1) const {
    write_wav(folder / name, samples, rate, channels);
    return folder / name;
  }
  std::string text(const std::string& name, const std::string& what) const {
    std::ofstream(folder / name, std::ios::binary) << what;
    return folder / name;
  }
  std::string picture(const std::string& name, const ImageU8& image) const {
    EXPECT_TRUE(write_png(image, folder / name));
    return folder / name;
  }
  Outcome render(const std::string& face, const std::string& speech) const {
    return run({"render", face, speech, "-o", file("out.mp4"), "--preset", "ultrafast", "--size", "256"});
  }
  void expect_refused(const Outcome& outcome, int exit) const {
    EXPECT_EQ(outcome.exit, exit) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("parlante: "));
    for (const std::string& name : folder.files()) EXPECT_THAT(name, ::testing::Not(HasSubstr("out.mp4")));
  }
  void expect_video(const Outcome& outcome) const {
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_GT(fs::file_size(folder / "out.mp4"), 500U);
    for (const std::string& name : folder.files()) EXPECT_THAT(name, ::testing::Not(HasSubstr(".part")));
  }

  Folder folder;
  static std::unique_ptr<Folder> shared;
};
std::unique_ptr<Folder> BadInput::shared;

TEST_F(BadInput, APictureWithoutAFaceIsRefused) {
  ImageU8 noise(300, 200, 3);
  Random random(1);
  for (auto& value : noise.pixels) value = static_cast<std::uint8_t>(random.bits());
  expect_refused(render(picture("noise.png", noise), sound("a.wav", buzz(.5, 16000), 16000)), 4);
}

TEST_F(BadInput, ABlackPictureIsRefused) {
  expect_refused(render(picture("black.png", ImageU8(512, 512, 3)), sound("a.wav", buzz(.5, 16000), 16000)),
                 4);
}

TEST_F(BadInput, ATextFileNamedAsAPictureIsRefused) {
  expect_refused(render(text("photo.png", "this is not a picture\n"), sound("a.wav", buzz(.5, 16000), 16000)),
                 1);
}

TEST_F(BadInput, AHugeEmptyPictureIsRefusedWithoutTakingTheMachineDown) {
  // 20,000 x 20,000 grey pixels compress to little
  ImageU8 huge(20000, 20000, 1, 90);
  const std::string name = picture("huge.png", huge);
  huge = {};
  expect_refused(render(name, sound("a.wav", buzz(.5, 16000), 16000)), 4);
}

TEST_F(BadInput, ATruncatedPictureIsRefused) {
  const std::string whole = contents(portrait());
  const Outcome outcome =
      render(text("cut.png", whole.substr(0, whole.size() / 20)), sound("a.wav", buzz(.5, 16000), 16000));
  EXPECT_THAT(outcome.exit, AnyOf(1, 4));
  EXPECT_FALSE(fs::exists(folder / "out.mp4"));
}

TEST_F(BadInput, AMissingPhotoOrSoundIsNamed) {
  const Outcome photo = render(file("nobody.jpg"), sound("a.wav", buzz(.5, 16000), 16000));
  expect_refused(photo, 1);
  EXPECT_THAT(photo.err, HasSubstr("nobody.jpg"));
  const Outcome speech = render(avatar(), file("nothing.wav"));
  expect_refused(speech, 5);
  EXPECT_THAT(speech.err, HasSubstr("nothing.wav"));
}

TEST_F(BadInput, EmptySoundIsRefused) {
  expect_refused(render(avatar(), text("empty.wav", "")), 5);
  expect_refused(render(avatar(), sound("nosamples.wav", {}, 16000)), 5);
}

TEST_F(BadInput, ATextFileNamedAsSoundIsRefused) {
  expect_refused(render(avatar(), text("a.wav", "hello, hello\n")), 5);
}

TEST_F(BadInput, APictureIsNoSound) {
  expect_refused(render(avatar(), portrait()), 5);
}

TEST_F(BadInput, ATwentiethOfASecondMakesAShortVideo) {
  expect_video(render(avatar(), sound("a.wav", buzz(.05, 16000), 16000)));
}

TEST_F(BadInput, SilenceMakesAVideoAndSaysSo) {
  const Outcome outcome = render(avatar(), sound("a.wav", std::vector<float>(16000), 16000));
  expect_video(outcome);
  EXPECT_THAT(outcome.err, HasSubstr("speech"));
}

TEST_F(BadInput, NoiseMakesAVideo) {
  Random random(2);
  std::vector<float> noise(16000);
  for (float& value : noise) value = static_cast<float>(.2 * random.normal());
  expect_video(render(avatar(), sound("a.wav", noise, 16000)));
}

TEST_F(BadInput, TelephoneSoundMakesAVideo) {
  expect_video(render(avatar(), sound("a.wav", buzz(.6, 8000), 8000)));
}

TEST_F(BadInput, EightChannelsAt192KilohertzMakeAVideo) {
  expect_video(render(avatar(), sound("a.wav", buzz(.6, 192000, 8), 192000, 8)));
}

TEST_F(BadInput, SamplesThatAreNoNumbersAreHeardAsSilence) {
  std::vector<float> samples = buzz(1, 16000);
  for (std::size_t i = 3000; i < 5000; ++i) samples[i] = std::numeric_limits<float>::quiet_NaN();
  samples[7000] = std::numeric_limits<float>::infinity();
  const Outcome outcome = render(avatar(), sound("a.wav", samples, 16000));
  expect_video(outcome);
  EXPECT_THAT(outcome.err, HasSubstr("warning"));
}

TEST_F(BadInput, MissingModelsEndWithThree) {
  const Outcome outcome = run({"render", avatar(), sound("a.wav", buzz(.5, 16000), 16000), "-o",
                               file("out.mp4"), "--models", folder.path()});
  expect_refused(outcome, 3);
  expect_refused(
      run({"render", portrait(), file("a.wav"), "-o", file("out.mp4"), "--models", file("nowhere")}), 3);
}

TEST_F(BadInput, ABrokenNetworkEndsWithThree) {
  const fs::path models = folder / "models";
  fs::copy(models_folder(), models);
  for (const char* name : {"face_detector.tflite", "phonetic.hama", "head.plhead"}) {
    fs::remove(models / name);
    std::ofstream(models / name) << "broken";
    const Outcome outcome = run({"render", portrait(), sound("a.wav", buzz(.5, 16000), 16000), "-o",
                                 file("out.mp4"), "--models", models});
    expect_refused(outcome, 3);
    fs::remove(models / name);
    fs::copy_file(models_folder() / name, models / name);
  }
}

TEST_F(BadInput, ABrokenMotionModelEndsWithThreeAndSaysWhatIsWrong) {
  const fs::path models = folder / "models";
  fs::copy(models_folder(), models);
  const std::string header = R"({"__metadata__":{"format":"parlante-motion-7"}})";
  std::string other("\x34\0\0\0\0\0\0\0", 8);
  other[0] = static_cast<char>(header.size());
  for (const std::string& bytes :
       {std::string("broken"), std::string(), std::string(5000, '\xff'), other + header}) {
    std::ofstream(models / "motion.safetensors", std::ios::binary) << bytes;
    const Outcome outcome = run({"render", avatar(), sound("a.wav", buzz(.5, 16000), 16000), "-o",
                                 file("out.mp4"), "--models", models});
    expect_refused(outcome, 3);
    EXPECT_THAT(outcome.err, HasSubstr("The motion model"));
  }
}

TEST_F(BadInput, ADamagedAvatarIsRefused) {
  std::string bytes = contents(avatar());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  expect_refused(render(text("damaged.avatar", bytes), sound("a.wav", buzz(.5, 16000), 16000)), 1);
  expect_refused(render(text("cut.avatar", bytes.substr(0, 1000)), sound("a.wav", buzz(.5, 16000), 16000)),
                 1);
}

TEST_F(BadInput, AFullDiskOrAMissingFolderIsSaid) {
  const std::string speech = sound("a.wav", buzz(.5, 16000), 16000);
  const Outcome nowhere = run({"render", avatar(), speech, "-o", file("no/such/folder/out.mp4")});
  expect_refused(nowhere, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("folder"));
  EXPECT_EQ(run({"avatar", portrait(), "-o", file("no/such/folder/a.avatar")}).exit, 1);
  EXPECT_EQ(run({"sheet", avatar(), "-o", file("no/such/folder/s.png")}).exit, 1);
  EXPECT_EQ(run({"track", portrait(), "-o", file("no/such/folder/t.jsonl")}).exit, 1);
}

TEST_F(BadInput, CtrlCLeavesNothingBehind) {
  const std::string speech = sound("long.wav", buzz(120, 16000), 16000);
  const Outcome outcome =
      run({"render", avatar(), speech, "-o", file("out.mp4")}, {}, std::chrono::milliseconds(2500));
  expect_refused(outcome, 130);
  EXPECT_THAT(folder.files(), ElementsAre("long.wav"));
}

TEST_F(BadInput, WrongUseEndsWithTwo) {
  const std::string speech = sound("a.wav", buzz(.5, 16000), 16000);
  EXPECT_EQ(run({}).exit, 2);
  EXPECT_EQ(run({"dance"}).exit, 2);
  EXPECT_EQ(run({"render", avatar()}).exit, 2);
  EXPECT_EQ(run({"render", avatar(), speech}).exit, 2);
  EXPECT_EQ(run({"render", avatar(), speech, "-o", file("out.mp4"), "--fps", "fast"}).exit, 2);
  EXPECT_EQ(run({"render", avatar(), speech, "-o", file("out.mp4"), "--size", "100000"}).exit, 2);
  EXPECT_EQ(run({"render", avatar(), speech, "-o", file("out.mp4"), "--codes", file("none.jsonl")}).exit, 2);
  EXPECT_EQ(run({"render", portrait(), speech, "-o", file("out.mp4"), "--face", "7"}).exit, 2);
  EXPECT_EQ(run({"render", "-", "-", "-o", file("out.mp4")}).exit, 2);
  EXPECT_EQ(run({"render", avatar(), speech, "-o", "-", "--json"}).exit, 2);
  EXPECT_THAT(folder.files(), ElementsAre("a.wav"));
}

}  // namespace parlante::testing
