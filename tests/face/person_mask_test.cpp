#include "face/person_mask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/paths.hpp"

namespace parlante {
namespace {

using testing::models_folder;

TEST(PersonMask, AFlatWallIsNobody) {
  const ImageU8 wall(640, 480, 3, 120);
  const auto mask = person_mask(models_folder() / "person_segmenter.tflite", wall);
  ASSERT_TRUE(mask.has_value()) << mask.error().message;
  ASSERT_EQ(mask->pixels.size(), std::size_t{kPersonMaskSide} * kPersonMaskSide);
  float sum = 0;
  for (const float p : mask->pixels) {
    ASSERT_TRUE(p >= 0 && p <= 1);
    sum += p;
  }
  EXPECT_LT(sum / static_cast<float>(mask->pixels.size()), .1F);
}

TEST(PersonMask, PicturesOfAnySizeAndWithTransparencyGiveAMask) {
  for (const auto& [width, height, channels] : {std::array{1, 1, 3}, {3, 900, 4}, {257, 255, 3}}) {
    const auto mask =
        person_mask(models_folder() / "person_segmenter.tflite", ImageU8(width, height, channels, 200));
    ASSERT_TRUE(mask.has_value());
    EXPECT_THAT(mask->pixels, ::testing::Each(::testing::Truly([](float p) { return std::isfinite(p); })));
  }
}

TEST(PersonMask, AMissingOrAnotherNetworkIsRefused) {
  const ImageU8 wall(64, 64, 3, 120);
  const auto missing = person_mask("no/such/person_segmenter.tflite", wall);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::broken_model);
  EXPECT_THAT(missing.error().message, ::testing::HasSubstr("person_segmenter.tflite"));
  const auto other = person_mask(models_folder() / "face_detector.tflite", wall);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, ErrorKind::broken_model);
}

}  // namespace
}  // namespace parlante
