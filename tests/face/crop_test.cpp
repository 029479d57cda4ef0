#include "face/crop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/random.hpp"

namespace parlante {
namespace {

/// Red grows to the right, green downwards, blue is constant.
ImageU8 ramps(int width, int height, int channels = 3) {
  ImageU8 picture(width, height, channels, 255);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      picture.at(x, y)[0] = static_cast<std::uint8_t>(2 * x);
      picture.at(x, y)[1] = static_cast<std::uint8_t>(3 * y);
      picture.at(x, y)[2] = 60;
    }
  return picture;
}

std::vector<float> cropped(const ImageU8& picture, const Region& region, int columns, int rows,
                           Beyond beyond = Beyond::nearest_pixel, float low = 0, float high = 255) {
  std::vector<float> out(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) * 3, -7);
  crop(picture, region, columns, rows, low, high, beyond, out);
  return out;
}

TEST(Crop, TheWholePictureAtItsSizeIsThePicture) {
  const ImageU8 picture = ramps(16, 12);
  const auto out = cropped(picture, {8, 6, 16, 12, 0}, 16, 12);
  for (std::size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], picture.pixels[i], 1e-3F) << i;
}

TEST(Crop, ARegionIsScaledTurnedAndPlacedWhereItSays) {
  const ImageU8 picture = ramps(80, 80, 4);
  const Region region{40, 38, 20, 30, .4};
  const auto out = cropped(picture, region, 10, 10);
  for (int row = 0; row < 10; ++row)
    for (int column = 0; column < 10; ++column) {
      double x, y;
      region.to_picture(column / 10.0, row / 10.0, x, y);
      const float* value = &out[static_cast<std::size_t>(3 * (10 * row + column))];
      ASSERT_NEAR(value[0], 2 * x, 1e-2);
      ASSERT_NEAR(value[1], 3 * y, 1e-2);
      ASSERT_NEAR(value[2], 60, 1e-2);
    }
}

TEST(Crop, PositiveAnglesTurnClockwise) {
  double x, y;
  Region{0, 0, 2, 2, std::acos(0.0)}.to_picture(1, .5, x, y);
  EXPECT_NEAR(x, 0, 1e-9);
  EXPECT_NEAR(y, 1, 1e-9) << "the right edge's middle points down after a quarter turn";
}

TEST(Crop, ValuesAreMappedToTheRange) {
  const auto out = cropped(ImageU8(4, 4, 3, 255), {2, 2, 2, 2, 0}, 2, 2, Beyond::black, -1, 1);
  EXPECT_THAT(out, ::testing::Each(::testing::FloatNear(1, 1e-6F)));
}

TEST(Crop, BeyondTheRimIsBlackOrTheNearestPixel) {
  const ImageU8 grey(10, 10, 3, 200);
  for (const Region& region :
       {Region{-100, 5, 20, 20, .3}, Region{5, 1000, 20, 20, 0}, Region{1e9, -1e9, 5, 5, 1}}) {
    EXPECT_THAT(cropped(grey, region, 6, 6, Beyond::black, -1, 1), ::testing::Each(-1.F));
    EXPECT_THAT(cropped(grey, region, 6, 6), ::testing::Each(::testing::FloatNear(200, 1e-3F)));
  }
  const auto across = cropped(grey, {0, 5, 8, 8, 0}, 8, 8, Beyond::black);
  EXPECT_EQ(across[0], 0);
  EXPECT_NEAR(across[3 * 7], 200, 1e-3F);
}

TEST(Crop, StronglyShrunkPicturesAreAveraged) {
  ImageU8 grain(2048, 2048, 3);
  Random random(3);
  for (std::uint8_t& value : grain.pixels) value = random.bits() % 2 ? 255 : 0;
  // 64 times smaller: 8 x 8 samples a value, standard deviation about 127 / 8; one sample would have 60 to
  // 127.
  for (const float value : cropped(grain, {1024, 1024, 1900, 1900, .1}, 30, 30))
    ASSERT_NEAR(value, 127.5, 70);
}

TEST(Crop, DegenerateRegionsStayInsideThePicture) {
  const ImageU8 picture = ramps(1, 1);
  constexpr double huge = std::numeric_limits<double>::max();
  for (const Region& region :
       {Region{.5, .5, 0, 0, 0}, Region{huge, huge, huge, huge, huge}, Region{-huge, 3, 1e30, 1, 2}})
    EXPECT_EQ(cropped(picture, region, 4, 4).size(), 48U);
}

}  // namespace
}  // namespace parlante
