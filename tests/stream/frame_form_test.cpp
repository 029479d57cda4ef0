#include "stream/frame_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "avatar/surround.hpp"
#include "render/plain_avatar.hpp"

namespace parlante {

namespace {

using ::testing::HasSubstr;

/// The plain avatar as if it was cut from a photo that goes on by these numbers of its own pixels.
Avatar cut_from(int left, int top, int right, int bottom) {
  Avatar avatar = testing::plain_avatar(256);
  if (left + top + right + bottom == 0) return avatar;
  const ImageU8 photo(256 + left + right, 256 + top + bottom, 3, 90);
  avatar.surround = make_surround(photo, {left, top, 256, 256}).value();
  return avatar;
}

struct Shaped {
  RenderOptions options;
  std::string error;
};
Shaped shaped(const Avatar& avatar, const FrameForm& form) {
  Shaped result;
  if (auto done = shape_frames(avatar, form, result.options); !done) result.error = done.error().message;
  return result;
}

FrameForm sized(int width, int height) {
  FrameForm form;
  form.width = width, form.height = height;
  return form;
}

std::string refusal(const FrameForm& form) {
  const auto checked = check_form(form);
  return checked ? "taken" : checked.error().message;
}

}  // namespace

TEST(FrameForm, ASquareIsTheAvatarsSquareWhateverLiesAroundIt) {
  for (const Avatar& avatar : {cut_from(0, 0, 0, 0), cut_from(100, 0, 60, 0)}) {
    const Shaped s = shaped(avatar, sized(512, 512));
    ASSERT_EQ(s.error, "");
    EXPECT_EQ(s.options.size, 512);
    EXPECT_EQ(s.options.part.x, 0);
    EXPECT_EQ(s.options.part.y, 0);
    EXPECT_EQ(s.options.around, nullptr);
  }
}

TEST(FrameForm, OtherShapesLieInTheSquareWhereThePhotoEndsWithIt) {
  for (const auto& [width, height] : {std::pair{720, 1024}, {1024, 720}, {256, 320}, {1024, 768}}) {
    const Shaped s = shaped(cut_from(0, 0, 0, 0), sized(width, height));
    ASSERT_EQ(s.error, "") << width;
    EXPECT_EQ(s.options.part.width, width);
    EXPECT_EQ(s.options.part.height, height);
    EXPECT_GE(s.options.part.x, 0);
    EXPECT_GE(s.options.part.y, 0);
    EXPECT_LE(s.options.part.x + width, s.options.size);
    EXPECT_LE(s.options.part.y + height, s.options.size);
  }
}

TEST(FrameForm, OtherShapesReachAsFarAsThePhoto) {
  const Shaped wide = shaped(cut_from(200, 0, 200, 0), sized(1024, 576));
  ASSERT_EQ(wide.error, "");
  EXPECT_LT(wide.options.part.x, 0);
  EXPECT_GT(wide.options.part.x + 1024, wide.options.size);
  EXPECT_GE(wide.options.part.y, 0);
  ASSERT_NE(wide.options.around, nullptr);
  EXPECT_EQ(wide.options.around->width, 1024);
  EXPECT_EQ(wide.options.around->height, 576);
  // on one side only, the frame stays within the photo
  const Shaped left = shaped(cut_from(150, 0, 0, 0), sized(1024, 640));
  ASSERT_EQ(left.error, "");
  EXPECT_LE(left.options.part.x + 1024, left.options.size + 1);
  const double unit = left.options.size / 256.0;
  EXPECT_GE(left.options.part.x, -150 * unit - 2);
}

TEST(FrameForm, AShapeThatWouldCutTheHeadIsRefused) {
  const Shaped s = shaped(cut_from(0, 0, 0, 0), sized(1024, 256));
  EXPECT_THAT(s.error, HasSubstr("does not reach far enough around the head for 1024x256"));
  EXPECT_EQ(shaped(cut_from(600, 0, 600, 0), sized(1024, 256)).error, "");
}

TEST(FrameForm, TheWholePhotoHasItsShapeAndAtMostItsSharpness) {
  FrameForm form;
  form.whole_photo = true, form.width = 0;
  const Shaped own = shaped(cut_from(100, 31, 60, 40), form);
  ASSERT_EQ(own.error, "");
  EXPECT_EQ(own.options.part.width, 416);
  EXPECT_EQ(own.options.part.height, 328);
  EXPECT_NEAR(own.options.size, 256, 1);
  form.width = 1200;  // larger than the photo: stays
  EXPECT_EQ(shaped(cut_from(100, 31, 60, 40), form).options.part.width, 416);
  form.width = 300;
  const Shaped small = shaped(cut_from(100, 31, 60, 40), form);
  EXPECT_EQ(small.options.part.width, 300);
  EXPECT_NEAR(small.options.part.height, 300 * 327 / 416, 2);
  EXPECT_NEAR(small.options.size, 256 * 300 / 416, 2);
  // a photo that is the square itself
  const Shaped square = shaped(cut_from(0, 0, 0, 0), FrameForm{0, 0, true, nullptr, false});
  EXPECT_EQ(square.options.part.width, 256);
  EXPECT_EQ(square.options.around, nullptr);
}

TEST(FrameForm, AnotherBackgroundKeepsToTheSquareAndCoversTheFrame) {
  FrameForm form = sized(768, 512);
  form.background = std::make_shared<const ImageU8>(1, 1, 3, std::uint8_t{33});
  const Shaped s = shaped(cut_from(300, 0, 300, 0), form);
  ASSERT_EQ(s.error, "");
  EXPECT_GE(s.options.part.x, 0);
  EXPECT_LE(s.options.part.x + 768, s.options.size);
  ASSERT_NE(s.options.background, nullptr);
  EXPECT_EQ(s.options.background->width, 768);
  EXPECT_EQ(s.options.background->at(700, 500)[1], 33);
  form.background = nullptr;
  form.transparent = true;
  EXPECT_TRUE(shaped(cut_from(0, 0, 0, 0), form).options.transparent);
}

TEST(FrameForm, WhatCannotBeIsRefusedWithASentence) {
  for (const auto& [width, height] :
       {std::pair{511, 512}, {512, 254}, {1026, 512}, {0, 0}, {-2, 512}, {1 << 30, 1 << 30}})
    EXPECT_THAT(refusal(sized(width, height)), HasSubstr("even numbers of pixels from 256 to 1024"));
  FrameForm both = sized(512, 512);
  both.transparent = true;
  both.background = std::make_shared<const ImageU8>(1, 1, 3);
  EXPECT_THAT(refusal(both), HasSubstr("not both"));
  FrameForm full{0, 0, true, nullptr, true};
  EXPECT_THAT(refusal(full), HasSubstr("keeps its own background"));
  EXPECT_THAT(refusal(FrameForm{100000, 0, true, nullptr, false}), HasSubstr("256 to 3840"));
}

TEST(FrameForm, RenderOptionsThatDoNotFitTogetherAreRefused) {
  RenderOptions options;
  options.size = 512;
  EXPECT_TRUE(check_frames(options));
  options.part = {100, 0, 512, 512};
  EXPECT_FALSE(check_frames(options)) << "beyond the square, and nothing around it";
  options.around = std::make_shared<const ImageU8>(512, 512, 3);
  EXPECT_TRUE(check_frames(options));
  options.around = std::make_shared<const ImageU8>(512, 510, 3);
  EXPECT_FALSE(check_frames(options));
  options.around = std::make_shared<const ImageU8>(512, 512, 3);
  options.part.x = 600;
  EXPECT_FALSE(check_frames(options)) << "the head is not in it";
}

TEST(FrameForm, DamagedSurroundingsAreNoticed) {
  Avatar avatar = cut_from(200, 0, 200, 0);
  avatar.surround.jpeg.resize(40);
  EXPECT_THAT(shaped(avatar, sized(1024, 576)).error, HasSubstr("surroundings are damaged"));
}

}  // namespace parlante
