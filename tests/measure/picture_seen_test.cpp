// What is taken from pixels, and from landmarks.
#include "measure/picture_seen.hpp"

#include <gtest/gtest.h>

#include "measure/curves.hpp"
#include "measure/face_seen.hpp"

namespace parlante::testing {
namespace {

ImageU8 noise(int side, int amplitude, std::uint64_t seed) {
  ImageU8 picture(side, side, 3, 128);
  Random random(seed);
  for (auto& value : picture.pixels)
    value = static_cast<std::uint8_t>(128 + std::lround(amplitude * (random.uniform() - .5)));
  return picture;
}

Face face_in_the_middle(int side) {
  Face face;
  face.x0 = face.y0 = .4F * static_cast<float>(side);
  face.x1 = face.y1 = .6F * static_cast<float>(side);
  return face;
}

}  // namespace

TEST(Sharpness, ASlopeHasItsOwnGradientAndNothingFine) {
  ImageU8 slope(40, 40, 3);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x) std::fill_n(slope.at(x, y), 3, static_cast<std::uint8_t>(4 * x));
  const Sharpness seen = sharpness(slope, {5, 5, 30, 30});
  EXPECT_NEAR(seen.gradient, 4, .01);
  EXPECT_NEAR(seen.fineness, 0, .001);
}

TEST(Sharpness, BlurTakesGradientAndFineness) {
  const ImageU8 sharp = noise(60, 100, 1);
  ImageU8 soft = sharp;
  for (int y = 1; y < 59; ++y)
    for (int x = 1; x < 59; ++x)
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int dy = -1; dy <= 1; ++dy)
          for (int dx = -1; dx <= 1; ++dx) sum += sharp.at(x + dx, y + dy)[c];
        soft.at(x, y)[c] = static_cast<std::uint8_t>(sum / 9);
      }
  const Sharpness before = sharpness(sharp, {10, 10, 40, 40}), after = sharpness(soft, {10, 10, 40, 40});
  EXPECT_LT(after.gradient, .5 * before.gradient);
  EXPECT_LT(after.fineness, .5 * before.fineness);
}

TEST(Sharpness, OutsideThePictureThereIsNone) {
  const ImageU8 picture = noise(40, 50, 1);
  for (const PixelRect part : {PixelRect{-50, -50, 20, 20}, PixelRect{100, 0, 10, 10}, PixelRect{5, 5, 3, 3},
                               PixelRect{5, 5, -10, 10}})
    EXPECT_TRUE(std::isnan(sharpness(picture, part).gradient));
  EXPECT_TRUE(std::isfinite(sharpness(picture, {-10, -10, 1000, 1000}).gradient));
  EXPECT_TRUE(std::isnan(sharpness(ImageU8{}, {0, 0, 10, 10}).gradient));
}

TEST(Background, SwimmingIsSeenAndAStillIsStill) {
  constexpr int kSide = 200;
  const Face face = face_in_the_middle(kSide);
  Background still, swimming;
  for (int i = 0; i < 60; ++i) {
    still.add(noise(kSide, 80, 1), &face);
    ImageU8 frame(kSide, kSide, 3, static_cast<std::uint8_t>(i % 2 ? 104 : 100));
    swimming.add(frame, &face);
  }
  EXPECT_DOUBLE_EQ(still.temporal_std(), 0);
  EXPECT_NEAR(swimming.temporal_std(), 2, .01);
}

TEST(Background, TheHeadAndTheShouldersAreNotPartOfIt) {
  constexpr int kSide = 200;
  const Face face = face_in_the_middle(kSide);
  Background background;
  for (int i = 0; i < 20; ++i) {
    ImageU8 frame(kSide, kSide, 3, 100);
    for (int y = 70; y < kSide; ++y)  // the head and all below it flicker
      for (int x = y < 124 ? 60 : 0; x < (y < 124 ? 140 : kSide); ++x)
        std::fill_n(frame.at(x, y), 3, static_cast<std::uint8_t>(i % 2 * 255));
    background.add(frame, &face);
  }
  EXPECT_DOUBLE_EQ(background.temporal_std(), 0);
}

TEST(Background, ThatIsHardlyToBeSeenIsNotMeasured) {
  Background nobody, filled;
  Face face;
  face.x0 = face.y0 = 2;
  face.x1 = face.y1 = 98;
  for (int i = 0; i < 5; ++i) {
    nobody.add(ImageU8(100, 100, 3), nullptr);
    filled.add(ImageU8(100, 100, 3), &face);
    filled.add(ImageU8(50, 100, 3), &face);  // another size in between
    filled.add(ImageU8{}, &face);
  }
  EXPECT_TRUE(std::isnan(nobody.temporal_std()));
  EXPECT_TRUE(std::isnan(filled.temporal_std()));
}

TEST(FaceSeen, OfDegenerateLandmarksNothingIsKnown) {
  Landmarks wild;
  wild.fill(Eigen::Vector3f::Zero());
  EXPECT_TRUE(std::isnan(face_seen(wild).lip_gap));
  wild.fill(Eigen::Vector3f::Constant(std::numeric_limits<float>::quiet_NaN()));
  EXPECT_TRUE(std::isnan(face_seen(wild).yaw));
}

}  // namespace parlante::testing
