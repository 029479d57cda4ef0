#include "avatar/surround.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace parlante {

namespace {

/// Columns get redder, rows greener, slowly enough for a JPEG to keep.
ImageU8 slopes(int width, int height, int channels = 3) {
  ImageU8 photo(width, height, channels, 200);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      photo.at(x, y)[0] = static_cast<std::uint8_t>(255 * x / width);
      photo.at(x, y)[1] = static_cast<std::uint8_t>(255 * y / height);
      photo.at(x, y)[2] = 90;
    }
  return photo;
}

void expect_like(const std::uint8_t* pixel, const std::uint8_t* other, int tolerance) {
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(int(pixel[c]), int(other[c]), tolerance);
}

}  // namespace

TEST(Surround, KeepsThePhotoAroundTheSquareAndHidesWhatIsInside) {
  const ImageU8 photo = slopes(900, 600);
  const auto surround = make_surround(photo, {150, 0, 600, 600});
  ASSERT_TRUE(surround);
  EXPECT_EQ(surround->width, 900);
  EXPECT_EQ(surround->left, 150);
  EXPECT_EQ(surround->side, 600);
  const auto picture = surround_picture(*surround);
  ASSERT_TRUE(picture);
  for (const int x : {5, 149, 160, 740, 751, 890}) expect_like(picture->at(x, 300), photo.at(x, 300), 6);
  EXPECT_GT(std::abs(picture->at(250, 100)[0] - photo.at(250, 100)[0]), 30);  // painted over
  EXPECT_LT(surround->jpeg.size(), 900u * 600u / 8);
}

TEST(Surround, IsAsSharpAsTheSquareAndNotLarger) {
  const auto surround = make_surround(slopes(4000, 3000), {500, 0, 3000, 3000});
  ASSERT_TRUE(surround);
  EXPECT_NEAR(surround->side, 1024, 1);
  EXPECT_NEAR(surround->width, 1365, 1);
  const auto huge = make_surround(slopes(8000, 4000), {3000, 1000, 900, 900});
  ASSERT_TRUE(huge);
  EXPECT_LE(static_cast<double>(huge->width) * huge->height, 8.1e6);
}

TEST(Surround, IsNotMadeOfWhatIsNearlyTheWholePhoto) {
  const auto square = make_surround(slopes(600, 605), {0, 2, 600, 600});
  ASSERT_TRUE(square);
  EXPECT_EQ(square->width, 0);
  EXPECT_FALSE(surround_picture(*square));
  const auto tiny = make_surround(slopes(40, 60), {0, 0, 40, 40});
  ASSERT_TRUE(tiny);
  EXPECT_EQ(tiny->width, 0);
}

TEST(Surround, TakesPhotosWithTransparency) {
  const auto surround = make_surround(slopes(300, 200, 4), {50, 0, 200, 200});
  ASSERT_TRUE(surround);
  EXPECT_TRUE(surround_picture(*surround));
}

TEST(Surround, DamageIsNoticed) {
  auto surround = make_surround(slopes(300, 200), {50, 0, 200, 200});
  ASSERT_TRUE(surround);
  surround->width += 1;
  EXPECT_EQ(surround_picture(*surround).error().kind, ErrorKind::bad_avatar);
  surround->width -= 1;
  surround->jpeg.resize(surround->jpeg.size() / 4);
  EXPECT_EQ(surround_picture(*surround).error().kind, ErrorKind::bad_avatar);
}

}  // namespace parlante
