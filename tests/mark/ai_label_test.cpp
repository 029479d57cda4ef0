#include "mark/ai_label.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parlante {
namespace {

constexpr Rational kRate{25, 1};

TEST(AiLabel, IsSeenForThreeSecondsAndThenForTwoOfEveryThirty) {
  const AiLabel label(LabelTimes::repeat, kRate, 512, 512);
  const auto share = [&](double from, double to) {
    int seen = 0, frames = 0;
    for (auto i = static_cast<std::int64_t>(from * 25); i < static_cast<std::int64_t>(to * 25); ++i, ++frames)
      seen += label.strength(i) > .99f;
    return static_cast<double>(seen) / frames;
  };
  EXPECT_EQ(label.strength(0), 1);
  EXPECT_GE(share(0, 2.7), 1);
  EXPECT_EQ(share(3, 30), 0);
  EXPECT_GE(share(30.3, 31.7), 1);
  EXPECT_EQ(share(32, 60), 0);
  EXPECT_GE(share(300.3, 301.7), 1);
}

TEST(AiLabel, IsOffOnlyAtTheStartOrAlwaysWhereAskedFor) {
  for (const std::int64_t frame : {0, 40, 100, 755}) {
    EXPECT_EQ(AiLabel(LabelTimes::off, kRate, 512, 512).strength(frame), 0);
    EXPECT_EQ(AiLabel(LabelTimes::always, kRate, 512, 512).strength(frame), 1);
  }
  EXPECT_EQ(AiLabel(LabelTimes::start, kRate, 512, 512).strength(10), 1);
  EXPECT_EQ(AiLabel(LabelTimes::start, kRate, 512, 512).strength(760), 0);
}

TEST(AiLabel, KeepsTimeAtAnyFrameRate) {
  const AiLabel label(LabelTimes::repeat, {30000, 1001}, 512, 512);
  EXPECT_GT(label.strength(60), .99f);
  EXPECT_EQ(label.strength(92), 0);
}

TEST(AiLabel, IsLegibleAtEverySizeAndInsideThePicture) {
  for (const auto& [width, height] :
       {std::pair{256, 256}, std::pair{512, 512}, std::pair{1024, 576}, std::pair{1080, 1920}}) {
    const AiLabel label(LabelTimes::always, kRate, width, height);
    const PixelRect box = label.box();
    EXPECT_GE(box.height, 15);
    EXPECT_GT(box.x, width / 2);
    EXPECT_LE(box.x + box.width, width);
    EXPECT_LT(box.y, height / 10);
    for (const int grey : {0, 128, 255}) {
      ImageU8 frame(width, height, 3, static_cast<std::uint8_t>(grey));
      label.apply(0, frame);
      int brightest = 0, darkest = 255;
      for (int y = box.y; y < box.y + box.height; ++y)
        for (int x = box.x; x < box.x + box.width; ++x) {
          const int value = *frame.at(x, y);
          brightest = std::max(brightest, value), darkest = std::min(darkest, value);
        }
      EXPECT_GT(brightest, 240) << grey;
      EXPECT_LT(darkest, 115) << grey;
      EXPECT_EQ(*frame.at(box.x - 1, box.y), grey);
    }
  }
}

TEST(AiLabel, IsSeenOnTransparentFramesToo) {
  ImageU8 frame(512, 512, 4, 0);
  const AiLabel label(LabelTimes::always, kRate, 512, 512);
  label.apply(0, frame);
  const PixelRect box = label.box();
  const std::uint8_t* plate = frame.at(box.x + box.width / 2, box.y + 2);
  EXPECT_NEAR(plate[3], 255 * .62, 3);
  EXPECT_LT(plate[0], 30);
  EXPECT_EQ(frame.at(10, 10)[3], 0);
}

TEST(AiLabel, FitsIntoPicturesThatAreTooSmallForIt) {
  ImageU8 frame(10, 6, 3, 50);
  AiLabel(LabelTimes::always, kRate, 10, 6).apply(0, frame);
  EXPECT_EQ(frame.pixels.size(), 180U);
}

}  // namespace
}  // namespace parlante
