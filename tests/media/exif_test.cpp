// What the camera says: EXIF blocks made here, byte by byte.
#include "media/exif.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "media/orientation.hpp"

namespace parlante {
namespace {

struct Written {
  int orientation = 6, focal_35mm = 26, width = 4000, height = 3000;
};

std::vector<std::uint8_t> tiff(const Written& w, bool little) {
  std::vector<std::uint8_t> bytes;
  const auto add = [&](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i)
      bytes.push_back(static_cast<std::uint8_t>(value >> (8 * (little ? i : count - 1 - i))));
  };
  const auto entry = [&](std::uint32_t tag, std::uint32_t type, int value) {
    add(tag, 2), add(type, 2), add(1, 4), add(static_cast<std::uint32_t>(value), type == 3 ? 2 : 4);
    if (type == 3) add(0, 2);
  };
  bytes.push_back(little ? 'I' : 'M'), bytes.push_back(bytes[0]);
  add(42, 2), add(8, 4);
  add(2, 2), entry(0x0112, 3, w.orientation), entry(0x8769, 4, 8 + 2 + 24 + 4), add(0, 4);
  add(3, 2), entry(0xA405, 3, w.focal_35mm), entry(0xA002, 4, w.width), entry(0xA003, 3, w.height), add(0, 4);
  return bytes;
}

double over_longer_side(double mm, int width, int height) {
  return focal_px({1, mm, 0, 0}, width, height) / std::max(width, height);
}

}  // namespace

TEST(Exif, TheFocalLengthIsReadInBothByteOrders) {
  for (const bool little : {true, false}) {
    const ExifFacts facts = exif_in_tiff(tiff({}, little));
    EXPECT_EQ(facts.orientation, 6);
    EXPECT_EQ(facts.focal_35mm, 26);
    EXPECT_EQ(facts.width, 4000);
    EXPECT_EQ(facts.height, 3000);
    EXPECT_EQ(orientation_in_tiff(tiff({}, little)), 6);
  }
}

TEST(Exif, EveryCutAndEveryDamagedByteIsSurvived) {
  const auto whole = tiff({}, true);
  for (std::size_t length = 0; length < whole.size(); ++length) exif_in_tiff({whole.data(), length});
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const int value : {0, 1, 127, 255}) {
      auto damaged = whole;
      damaged[i] = static_cast<std::uint8_t>(value);
      const ExifFacts facts = exif_in_tiff(damaged);
      const double px = focal_px(facts, 800, 600);
      ASSERT_TRUE(facts.orientation >= 1 && facts.orientation <= 8);
      ASSERT_TRUE(std::isfinite(px) && px >= 0) << i;
    }
}

TEST(Exif, EquivalentLengthsCountAlongTheDiagonal) {
  // 26 mm sees 79.5 degrees of the diagonal; 4 : 3 has a diagonal of 1.25 of its longer side
  EXPECT_NEAR(over_longer_side(26, 4000, 3000), 26 / 43.27 * 1.25, 1e-3);
  EXPECT_NEAR(over_longer_side(26, 300, 400), 26 / 43.27 * 1.25, 1e-3) << "upright, scaled";
  // a square was cut out of 4 : 3: its side is the shorter one
  EXPECT_NEAR(over_longer_side(26, 3000, 3000), 26 / 43.27 * 5 / 3, 1e-3);
}

TEST(Exif, PicturesCutOutOfTheCamerasKeepItsView) {
  const ExifFacts facts{1, 26, 4000, 3000};
  const double whole = focal_px(facts, 4000, 3000);
  EXPECT_NEAR(focal_px(facts, 2000, 1500), whole / 2, 1) << "scaled";
  EXPECT_NEAR(focal_px(facts, 1200, 2000), whole, 1) << "cut out";
  EXPECT_NEAR(focal_px(facts, 3000, 4000), whole, 1) << "turned";
}

TEST(Exif, LengthsThatNoCameraHasAreHeldToSaneOnes) {
  EXPECT_EQ(focal_px({}, 800, 600), 0);
  EXPECT_EQ(focal_px({1, 26, 0, 0}, 0, 600), 0);
  EXPECT_EQ(exif_in_tiff(tiff({1, 60000, 0, 0}, true)).focal_35mm, 0);
  EXPECT_EQ(over_longer_side(3, 800, 600), over_longer_side(14, 800, 600));
  EXPECT_EQ(over_longer_side(800, 800, 600), over_longer_side(135, 800, 600));
}

}  // namespace parlante
