// The mark in pictures that were encoded live, at the rates of a conversation.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <opencv2/imgproc.hpp>

#include "core/random.hpp"
#include "mark/mark_reader.hpp"
#include "mark/watermark.hpp"
#include "media/live_encoder.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

constexpr MarkPayload kPayload{1, 0xc0ffee};

cv::Mat view_of(ImageU8& picture) {
  return {picture.height, picture.width, CV_8UC3, picture.pixels.data()};
}

/// A head that nods: the sample portrait turned and moved a little, with grain, and marked as it leaves.
class NoddingHead {
 public:
  explicit NoddingHead(int side) : frame_(side, side, 3), mark_(kPayload, side, side) {
    auto photo = read_picture((testing::samples_folder() / "portrait.png").string());
    EXPECT_TRUE(photo.has_value());
    cv::Mat pixels(photo->height, photo->width, CV_8UC(photo->channels), photo->pixels.data());
    if (photo->channels == 4) cv::cvtColor(pixels, pixels, cv::COLOR_RGBA2RGB);
    cv::resize(pixels, portrait_, {side, side}, 0, 0, cv::INTER_AREA);
  }
  const ImageU8& frame(int index) {
    const double t = index / 25.;
    const float middle = static_cast<float>(frame_.width) / 2;
    cv::Mat turn =
        cv::getRotationMatrix2D({middle, middle}, 2 * std::sin(2 * t), 1.02 + .01 * std::sin(3 * t));
    turn.at<double>(1, 2) += 3 * std::sin(5 * t);
    cv::Mat out = view_of(frame_);
    cv::warpAffine(portrait_, out, turn, out.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    Random random(static_cast<std::uint64_t>(index));
    for (auto& value : frame_.pixels)
      value = cv::saturate_cast<std::uint8_t>(value + static_cast<int>(random.bits() % 5) - 2);
    mark_.apply(frame_);
    return frame_;
  }

 private:
  cv::Mat portrait_;
  ImageU8 frame_;
  Watermark mark_;
};

/// What is found in ten frames of four seconds that were encoded and decoded again.
MarkFound after_live(int side, int bits_per_second) {
  auto video = LiveVideoEncoder::open({.width = side, .height = side, .bits_per_second = bits_per_second});
  EXPECT_TRUE(video);
  auto movie = FragmentedMp4::open(*video, nullptr);
  EXPECT_TRUE(movie);
  NoddingHead head(side);
  const auto file =
      std::filesystem::temp_directory_path() / ("parlante-live-mark-" + std::to_string(getpid()) + ".mp4");
  {
    std::ofstream out(file, std::ios::binary);
    const auto write = [&](std::span<const std::uint8_t> bytes) {
      out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    };
    write(movie->init_segment());
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(movie->add(video->encode(head.frame(i), i).value()));
      write(movie->fragment().value());
    }
  }
  auto decoded = VideoReader::open(file.string());
  EXPECT_TRUE(decoded);
  MarkReader reader;
  ImageU8 frame;
  for (int i = 0; decoded->next(frame).value_or(false); ++i)
    if (i % 10 == 5) reader.add(frame);
  std::filesystem::remove(file);
  EXPECT_EQ(reader.frames(), 10);
  return reader.find(MarkEffort::as_made);
}

TEST(LiveMark, IsReadFromTheUsualStream) {
  const MarkFound found = after_live(512, 1'500'000);
  EXPECT_TRUE(found.marked);
  EXPECT_EQ(found.payload, kPayload);
  RecordProperty("z", std::to_string(found.z()));
}

TEST(LiveMark, IsReadFromThinAndSmallStreams) {
  for (const auto& [side, bits] :
       {std::pair{512, 700'000}, std::pair{384, 700'000}, std::pair{256, 500'000}}) {
    const MarkFound found = after_live(side, bits);
    EXPECT_TRUE(found.marked) << side << ", " << bits;
    EXPECT_EQ(found.payload, kPayload) << side << ", " << bits << ", z " << found.z();
  }
}

}  // namespace
}  // namespace parlante
