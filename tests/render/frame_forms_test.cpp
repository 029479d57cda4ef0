#include <gtest/gtest.h>

#include <cstdlib>

#include "render/picture_window.hpp"
#include "render/plain_avatar.hpp"
#include "render/renderer.hpp"
#include "render/still_frames.hpp"

namespace parlante {

namespace {

using testing::mean_head;
using testing::plain_avatar;

const Avatar& avatar() {
  static const Avatar one = plain_avatar();
  return one;
}

RenderOptions still() {
  return testing::still(320);
}

FaceCode lively() {
  FaceCode code;
  code.weights[Blendshape::jawOpen] = .4f;
  code.weights[Blendshape::eyeBlinkLeft] = .3f;
  code.yaw = .25f, code.pitch = -.1f, code.roll = .1f;
  code.breath = 1;
  return code;
}

ImageU8 drawn(const RenderOptions& options) {
  Renderer renderer(mean_head(), avatar(), options);
  return testing::drawn(renderer, lively());
}

/// The photo as a frame shows it that reaches `more` px beyond a square of 320 px on all sides, where the
/// square is the avatar as drawn at rest; stripes around it.
std::shared_ptr<const ImageU8> around(int more) {
  auto picture = std::make_shared<ImageU8>(320 + 2 * more, 320 + 2 * more, 3);
  for (int y = 0; y < picture->height; ++y)
    for (int x = 0; x < picture->width; ++x)
      for (int c = 0; c < 3; ++c)
        picture->at(x, y)[c] = static_cast<std::uint8_t>((x + y) / 8 % 2 ? 40 + 60 * c : 220 - 50 * c);
  return picture;
}

}  // namespace

TEST(FrameForms, APartShowsWhatTheWholeShowsThere) {
  const ImageU8 whole = drawn(still());
  RenderOptions options = still();
  options.part = {30, 20, 260, 280};
  const ImageU8 part = drawn(options);
  ASSERT_EQ(part.width, 260);
  ASSERT_EQ(part.height, 280);
  int differing = 0;
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x)
      for (int c = 0; c < 3; ++c)
        differing += std::abs(int(part.at(x, y)[c]) - int(whole.at(x + 30, y + 20)[c])) > 2;
  EXPECT_LE(differing, part.width * part.height * 3 / 1000);
}

TEST(FrameForms, WhatLiesAroundStandsStillAndTheSquaresRimIsThePhotos) {
  constexpr int kMore = 40;
  RenderOptions options = still();
  options.part = {-kMore, -kMore, 320 + 2 * kMore, 320 + 2 * kMore};
  options.around = around(kMore);
  const ImageU8 frame = drawn(options);
  int moved_around = 0, moved_rim = 0, moved_inside = 0;
  for (int y = 0; y < frame.height; ++y)
    for (int x = 0; x < frame.width; ++x) {
      const int inside = std::min({x - kMore, y - kMore, kMore + 319 - x, kMore + 319 - y});
      for (int c = 0; c < 3; ++c) {
        const bool moved = frame.at(x, y)[c] != options.around->at(x, y)[c];
        if (inside < 0)
          moved_around += moved;
        else if (inside == 0)
          moved_rim += moved;
        else if (inside > 60)
          moved_inside += moved;
      }
    }
  EXPECT_EQ(moved_around, 0);
  EXPECT_EQ(moved_rim, 0);
  EXPECT_GT(moved_inside, 10000) << "the head is drawn";
}

TEST(FrameForms, TheSquareIsPassedIntoOnlyWhereThePhotoGoesOn) {
  RenderOptions options = still();
  options.part = {0, -20, 320, 340};  // goes on above; left, right and below it ends with the square
  auto picture = std::make_shared<ImageU8>(320, 340, 3);
  options.around = picture;
  const ImageU8 frame = drawn(options);
  const ImageU8 whole = drawn(still());
  for (int x = 100; x < 220; x += 7)
    for (int c = 0; c < 3; ++c) {
      EXPECT_EQ(frame.at(x, 20)[c], 0) << "rim above";
      EXPECT_NEAR(int(frame.at(x, 339)[c]), int(whole.at(x, 319)[c]), 2) << "no rim below";
    }
}

TEST(FrameForms, TransparentFramesOverThePlateAreTheUsualFrames) {
  RenderOptions options = still();
  const ImageU8 usual = drawn(options);
  options.transparent = true;
  const ImageU8 frame = drawn(options);
  ASSERT_EQ(frame.channels, 4);
  // the background that the usual frame has: the plate at the frame's size
  RenderOptions beyond = still();
  Renderer renderer(mean_head(), avatar(), beyond);
  const ImageU8 plate = resample_window(avatar().plate, {0, 0, 512, 512}, 320, 320);
  double worst = 0;
  int clear = 0, covered = 0, between = 0;
  for (int y = 0; y < 320; ++y)
    for (int x = 0; x < 320; ++x) {
      const std::uint8_t* p = frame.at(x, y);
      clear += p[3] == 0, covered += p[3] == 255, between += p[3] > 20 && p[3] < 235;
      if (p[3] < 255) continue;
      for (int c = 0; c < 3; ++c) worst = std::max(worst, std::abs(double(p[c]) - usual.at(x, y)[c]));
    }
  EXPECT_LE(worst, 2);
  EXPECT_GT(clear, 20000);
  EXPECT_GT(covered, 20000);
  EXPECT_GT(between, 100) << "soft edges";
}

TEST(FrameForms, TheForegroundsColourIsNotMixedWithWhatIsBehind) {
  // In the plain avatar the person is skin-coloured everywhere, also where its edge is half transparent.
  RenderOptions options = still();
  options.transparent = true;
  const ImageU8 frame = drawn(options);
  int wrong = 0, edge = 0;
  for (int y = 0; y < 320; ++y)
    for (int x = 0; x < 320; ++x) {
      const std::uint8_t* p = frame.at(x, y);
      if (p[3] < 30 || p[3] > 225) continue;
      ++edge;
      wrong += p[0] < 110;  // the chequers and black are darker in red than any skin of it
    }
  EXPECT_GT(edge, 100);
  EXPECT_LE(wrong, edge / 20);
}

TEST(FrameForms, TransparentFramesHoldNothingOfTheOldBackground) {
  RenderOptions options = still();
  options.transparent = true;
  const ImageU8 frame = drawn(options);
  int far = 0;
  for (int y = 16; y < 304; ++y)
    for (int x = 16; x < 304; ++x) {
      bool near = false;
      for (int j = -16; j <= 16 && !near; ++j)
        for (int i = -16; i <= 16 && !near; ++i) near = frame.at(x + i, y + j)[3] > 0;
      if (near) continue;
      ++far;
      for (int c = 0; c < 3; ++c) ASSERT_EQ(frame.at(x, y)[c], 0) << x << "," << y;
    }
  EXPECT_GT(far, 5000);
}

TEST(FrameForms, AnotherBackgroundIsSeenWhereNobodyIs) {
  RenderOptions options = still();
  options.background = std::make_shared<const ImageU8>(320, 320, 3, std::uint8_t{7});
  const ImageU8 frame = drawn(options);
  options.background = nullptr;
  options.transparent = true;
  const ImageU8 alpha = drawn(options);
  int seen = 0;
  for (int y = 0; y < 320; ++y)
    for (int x = 0; x < 320; ++x) {
      if (alpha.at(x, y)[3] != 0) continue;
      ++seen;
      for (int c = 0; c < 3; ++c) ASSERT_EQ(frame.at(x, y)[c], 7) << x << "," << y;
    }
  EXPECT_GT(seen, 20000);
}

TEST(PictureWindow, ShowsTheAskedPlaceAtTheAskedSize) {
  ImageU8 ramp(200, 100, 3);
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 200; ++x)
      ramp.at(x, y)[0] = static_cast<std::uint8_t>(x), ramp.at(x, y)[1] = static_cast<std::uint8_t>(y);
  const ImageU8 same = resample_window(ramp, {50, 20, 40, 30}, 40, 30);
  EXPECT_EQ(same.at(0, 0)[0], 50);
  EXPECT_EQ(same.at(39, 29)[1], 49);
  const ImageU8 half = resample_window(ramp, {50, 20, 40, 30}, 20, 15);
  EXPECT_NEAR(half.at(10, 7)[0], 70.5, 1);
  const ImageU8 twice = resample_window(ramp, {50.5, 20, 40, 30}, 80, 60);
  EXPECT_NEAR(twice.at(40, 30)[0], 70, 1);
  const ImageU8 outside = resample_window(ramp, {-10, -10, 20, 20}, 20, 20);
  EXPECT_EQ(outside.at(0, 0)[0], 0);
}

TEST(PictureWindow, CoversAFrameOfAnyShape) {
  const ImageU8 picture(300, 200, 3);
  const PictureWindow tall = covering_window(picture, 100, 200);
  EXPECT_EQ(tall.width, 100);
  EXPECT_EQ(tall.height, 200);
  EXPECT_EQ(tall.x, 100);
  const PictureWindow wide = covering_window(picture, 400, 100);
  EXPECT_EQ(wide.width, 300);
  EXPECT_EQ(wide.height, 75);
}

}  // namespace parlante
