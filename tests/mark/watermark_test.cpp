#include "mark/watermark.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "mark/mark_reader.hpp"
#include "media/picture.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

constexpr MarkPayload kPayload{1, 0xc0ffee};

cv::Mat view_of(ImageU8& picture) {
  return {picture.height, picture.width, picture.channels == 4 ? CV_8UC4 : CV_8UC3, picture.pixels.data()};
}

ImageU8 image_of(const cv::Mat& pixels) {
  ImageU8 picture(pixels.cols, pixels.rows, 3);
  pixels.copyTo(view_of(picture));
  return picture;
}

/// The sample portrait at a size.
ImageU8 portrait(int width, int height) {
  auto photo = read_picture((testing::samples_folder() / "portrait.png").string());
  EXPECT_TRUE(photo.has_value());
  cv::Mat rgb = view_of(*photo), sized;
  if (rgb.channels() == 4) cv::cvtColor(rgb, rgb, cv::COLOR_RGBA2RGB);
  cv::resize(rgb, sized, {width, height}, 0, 0, cv::INTER_AREA);
  return image_of(sized);
}

ImageU8 marked(ImageU8 picture) {
  Watermark(kPayload, picture.width, picture.height).apply(picture);
  return picture;
}

MarkFound look(const ImageU8& picture, MarkEffort effort = MarkEffort::as_made) {
  MarkReader reader;
  reader.add(picture);
  return reader.find(effort);
}

double psnr(const ImageU8& a, const ImageU8& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) squares += std::pow(a.pixels[i] - b.pixels[i], 2);
  return 10 * std::log10(255. * 255. * static_cast<double>(a.pixels.size()) / squares);
}

class WatermarkSizes : public ::testing::TestWithParam<std::pair<int, int>> {};

TEST_P(WatermarkSizes, IsReadFromOneFrameAndNotSeenInIt) {
  const auto [width, height] = GetParam();
  const ImageU8 before = portrait(width, height), after = marked(before);
  EXPECT_GE(psnr(before, after), 43);
  const MarkFound found = look(after);
  EXPECT_TRUE(found.marked);
  EXPECT_EQ(found.payload, kPayload);
  EXPECT_GT(found.z(), 1.5 * found.strongest_decoy);
  EXPECT_FALSE(look(before).marked);
}

INSTANTIATE_TEST_SUITE_P(All, WatermarkSizes,
                         ::testing::Values(std::pair{256, 256}, std::pair{512, 512}, std::pair{720, 1024},
                                           std::pair{1024, 576}, std::pair{1024, 1024},
                                           std::pair{1920, 1080}));

/// Backdrops in which nothing hides the mark: flat, and a sky from light to dark.
ImageU8 backdrop(int width, int height, bool sky) {
  ImageU8 picture(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto level = static_cast<std::uint8_t>(sky ? 90 + 80 * y / height : 128);
      const std::uint8_t rgb[3] = {level, level, static_cast<std::uint8_t>(sky ? level + 60 : level)};
      std::copy_n(rgb, 3, picture.at(x, y));
    }
  return picture;
}

TEST_P(WatermarkSizes, IsFaintWhereNothingHidesItAndStillRead) {
  const auto [width, height] = GetParam();
  for (const bool sky : {false, true}) {
    const ImageU8 before = backdrop(width, height, sky), after = marked(before);
    EXPECT_GE(psnr(before, after), 50);
    EXPECT_EQ(look(after).payload, kPayload);
    EXPECT_FALSE(look(before).marked);
    // lighter and darker chips differ by no more than a level in the mean
    double changed = 0;
    for (std::size_t i = 0; i < after.pixels.size(); ++i)
      changed += std::abs(after.pixels[i] - before.pixels[i]);
    EXPECT_LT(changed / static_cast<double>(after.pixels.size()), .5);
  }
}

TEST(Watermark, IsFoundAfterCuttingScalingAndBrightening) {
  ImageU8 whole = marked(portrait(512, 512));
  const cv::Mat pixels = view_of(whole);
  EXPECT_EQ(look(image_of(pixels(cv::Rect(61, 37, 410, 410)))).payload, kPayload);
  for (const double scale : {.45, .7, 1.33}) {
    cv::Mat sized;
    cv::resize(pixels, sized, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
    EXPECT_EQ(look(image_of(sized), MarkEffort::thorough).payload, kPayload) << scale;
  }
  cv::Mat bright, blurred;
  pixels.convertTo(bright, -1, .8, 25);
  EXPECT_EQ(look(image_of(bright)).payload, kPayload);
  cv::GaussianBlur(pixels, blurred, {}, 1.2);
  EXPECT_EQ(look(image_of(blurred)).payload, kPayload);
}

TEST(Watermark, IsTheSameInEveryFrameSoThatAStillBackgroundStaysStill) {
  const ImageU8 frame = portrait(512, 512);
  EXPECT_EQ(marked(frame).pixels, marked(frame).pixels);
}

TEST(Watermark, OfTransparentFramesIsReadFromTheirColours) {
  const ImageU8 opaque = portrait(512, 512);
  ImageU8 frame(512, 512, 4, 200);
  for (std::size_t i = 0; i < frame.pixels.size(); ++i)
    if (i % 4 != 3) frame.pixels[i] = opaque.pixels[i / 4 * 3 + i % 4];
  Watermark(kPayload, 512, 512, 4).apply(frame);
  EXPECT_EQ(look(frame).payload, kPayload);
}

TEST(MarkReader, SaysNoToNothingTinyFlatAndMixedPictures) {
  EXPECT_FALSE(MarkReader().find(MarkEffort::thorough).marked);
  EXPECT_FALSE(look(ImageU8(2, 2, 3, 100), MarkEffort::thorough).marked);
  EXPECT_FALSE(look(ImageU8(512, 512, 3, 0)).marked);
  EXPECT_FALSE(look(ImageU8(3000, 1, 3, 90), MarkEffort::thorough).marked);
  EXPECT_FALSE(look(ImageU8(64, 64, 1, 90), MarkEffort::thorough).marked);
  MarkReader reader;
  reader.add(marked(portrait(512, 512)));
  reader.add(ImageU8(256, 256, 3, 10));  // of another size: left out
  EXPECT_EQ(reader.frames(), 1);
  EXPECT_TRUE(reader.find(MarkEffort::as_made).marked);
}

}  // namespace
}  // namespace parlante
