// The forms of output as people type them, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

using ::testing::HasSubstr;

class Outputs : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<Folder>();
    std::ofstream(*shared / "codes.jsonl") << "{}\n{\"aperture\":0.1}\n{\"yaw_deg\":8}\n";
    // The sample as a part of a wider photo.
    const ImageU8 sample = read_picture((samples_folder() / "portrait.png").string()).value();
    ImageU8 wide(sample.width * 7 / 4, sample.height, 3, 120);
    for (int y = 0; y < sample.height; ++y)
      std::copy_n(sample.row(y), sample.stride(), wide.at(sample.width / 3, y));
    ASSERT_TRUE(write_png(wide, *shared / "wide.png"));
    const Outcome made = run({"avatar", *shared / "wide.png", "-o", *shared / "wide.avatar"});
    ASSERT_EQ(made.exit, 0) << made.err;
  }
  static void TearDownTestSuite() { shared.reset(); }

  /// Renders three frames to `output` with further options.
  Outcome render(const std::string& output, std::vector<std::string> more) const {
    std::vector<std::string> words{"render",   *shared / "wide.avatar", "--codes", *shared / "codes.jsonl",
                                   "-o",       folder / output,         "--json",  "--preset",
                                   "ultrafast"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  std::pair<int, int> size_of(const std::string& output) const {
    auto video = VideoReader::open(folder / output);
    ImageU8 frame;
    if (!video || !video->next(frame).value_or(false)) return {0, 0};
    return {frame.width, frame.height};
  }
  void expect_usage(const Outcome& outcome, const char* sentence) const {
    EXPECT_EQ(outcome.exit, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(sentence));
    EXPECT_TRUE(folder.files().empty());
  }

  Folder folder;
  static std::unique_ptr<Folder> shared;
};
std::unique_ptr<Folder> Outputs::shared;

TEST_F(Outputs, FramesOfAnyShape) {
  const Outcome tall = render("tall.mp4", {"--size", "256x384"});
  ASSERT_EQ(tall.exit, 0) << tall.err;
  EXPECT_EQ(nlohmann::json::parse(tall.out)["height"], 384);
  EXPECT_EQ(size_of("tall.mp4"), std::pair(256, 384));
  const Outcome wide = render("wide.mp4", {"--size", "512x288"});
  ASSERT_EQ(wide.exit, 0) << wide.err;
  EXPECT_EQ(size_of("wide.mp4"), std::pair(512, 288));
}

TEST_F(Outputs, TheWholePhoto) {
  const Outcome full = render("full.mp4", {"--frame", "full", "--size", "640"});
  ASSERT_EQ(full.exit, 0) << full.err;
  EXPECT_EQ(size_of("full.mp4").first, 640);
  EXPECT_NEAR(size_of("full.mp4").second, 640 * 4 / 7, 2);
}

TEST_F(Outputs, PicturesWithoutABackground) {
  const Outcome clear = render("frames/", {"--background", "transparent", "--size", "256"});
  ASSERT_EQ(clear.exit, 0) << clear.err;
  EXPECT_TRUE(fs::exists(folder / "frames/frame00002.png"));
  EXPECT_FALSE(fs::exists(folder / "frames/frame00003.png"));
}

TEST_F(Outputs, AColourBehindThePerson) {
  const Outcome blue = render("f%d.png", {"--background", "#1040f0", "--size", "256", "--grain", "0"});
  ASSERT_EQ(blue.exit, 0) << blue.err;
  const auto picture = read_picture(folder / "f0.png");
  ASSERT_TRUE(picture);
  // in a corner; the invisible mark may change it a little
  EXPECT_NEAR(picture->at(3, 3)[0], 0x10, 12);
  EXPECT_NEAR(picture->at(3, 3)[1], 0x40, 12);
  EXPECT_NEAR(picture->at(3, 3)[2], 0xf0, 12);
}

TEST_F(Outputs, SizesThatCannotBeAreRefused) {
  for (const char* size :
       {"511", "255", "1026", "0", "-512", "1000000000", "512x513", "99999999999999999999"})
    expect_usage(render("a.mp4", {"--size", size}), "pixels");
  for (const char* size : {"", "big", "512x", "x512", "512x512x512", "5e2", "512 x 512"})
    expect_usage(render("a.mp4", {"--size", size}), "is no size");
  expect_usage(render("a.mp4", {"--frame", "full", "--size", "640x480"}), "the photo gives the shape");
  expect_usage(render("a.mp4", {"--frame", "full", "--size", "100000"}), "256 to 3840");
}

TEST_F(Outputs, TargetsThatCannotBeAreRefused) {
  expect_usage(render("a.gif", {}), "no ending that says what to write");
  expect_usage(render("a", {}), "no ending");
  expect_usage(render("a.png", {}), "one picture");
  expect_usage(render("a.mp4", {"--background", "transparent"}), "MP4 has no transparency");
  expect_usage(render("a.mp4", {"--codec", "vp9"}), "VP9 goes into .webm");
  for (const char* output : {"no/such/a.webm", "no/such/a.mov", "no/such/f%d.png", "no/such/frames/"}) {
    const Outcome outcome = render(output, {});
    EXPECT_EQ(outcome.exit, 1) << output;
    EXPECT_THAT(outcome.err, HasSubstr("no folder")) << output;
  }
}

TEST_F(Outputs, BackgroundsThatCannotBeAreRefused) {
  expect_usage(render("a.mp4", {"--background", "#12345"}), "is no colour");
  expect_usage(render("a.mp4", {"--background", "#12345g"}), "is no colour");
  expect_usage(render("a.mp4", {"--background", "blue"}), "There is no background");
  expect_usage(render("a.mp4", {"--background", "#123456", "--frame", "full"}), "keeps its own background");
  const Outcome broken = render("a.mp4", {"--background", *shared / "codes.jsonl"});
  EXPECT_NE(broken.exit, 0);
  EXPECT_THAT(broken.err, HasSubstr("codes.jsonl"));
  EXPECT_TRUE(folder.files().empty());
}

TEST_F(Outputs, AnAvatarOfTheSquareAloneIsSmallerAndSaysWhatItCannot) {
  ASSERT_EQ(run({"avatar", *shared / "wide.png", "-o", folder / "square.avatar", "--square-only"}).exit, 0);
  EXPECT_LT(fs::file_size(folder / "square.avatar"), fs::file_size(*shared / "wide.avatar"));
  const Outcome wide = run({"render", folder / "square.avatar", "--codes", *shared / "codes.jsonl", "-o",
                            folder / "a.mp4", "--size", "1024x256"});
  EXPECT_EQ(wide.exit, 2);
  EXPECT_THAT(wide.err, HasSubstr("does not reach far enough"));
}

}  // namespace parlante::testing
