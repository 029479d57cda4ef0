#include <gtest/gtest.h>

#include <algorithm>

#include "render/plain_avatar.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::drawn;
using testing::in_photo;
using testing::mean_head;
using testing::paint_line;
using testing::plain_avatar;
using testing::still;

// A photo whose seam between the lips is yellow, as nothing else is.
class LipSkinPicture : public ::testing::Test {
 protected:
  LipSkinPicture() : avatar_(with_yellow_seam()), renderer_(mean_head(), avatar_, still()) {}

  static Avatar with_yellow_seam() {
    Avatar avatar = plain_avatar();
    paint_line(avatar, in_photo(avatar, mean_head().loop(HeadLoop::lip_upper_inner)), {250, 250, 0});
    return avatar;
  }
  // In the middle half of the mouth.
  int yellow_pixels(const FaceCode& code) {
    const ImageU8 frame = drawn(renderer_, code);
    const PixelRect lips = renderer_.report().mouth;
    int count = 0;
    for (int y = lips.y; y < lips.y + lips.height; ++y)
      for (int x = lips.x + lips.width / 4; x < lips.x + 3 * lips.width / 4; ++x) {
        const std::uint8_t* p = frame.at(x, y);
        count += std::min(p[0], p[1]) > 110 && p[2] < std::min(p[0], p[1]) / 3;
      }
    return count;
  }

  Avatar avatar_;
  Renderer renderer_;
};

TEST_F(LipSkinPicture, RestingLipsAreThePhotosOwn) {
  FaceCode rest;
  rest.aperture = 0;
  EXPECT_GT(yellow_pixels(rest), 30);
}

TEST_F(LipSkinPicture, PoutingDoesNotStretchTheSeam) {
  FaceCode rest, pout;
  rest.aperture = 0;
  pout.weights[Blendshape::mouthPucker] = 1;
  pout.weights[Blendshape::jawOpen] = .15f;
  for (const float aperture : {0.f, .05f, .1f}) {
    pout.aperture = aperture;
    EXPECT_LT(yellow_pixels(pout), yellow_pixels(rest) / 4) << aperture;
  }
}

TEST_F(LipSkinPicture, OpenLipsHaveNoSeam) {
  FaceCode rest, open;
  rest.aperture = 0;
  open.weights[Blendshape::jawOpen] = .4f;
  open.aperture = .2f;
  EXPECT_LT(yellow_pixels(open), yellow_pixels(rest) / 4);
}

TEST_F(LipSkinPicture, APoutingLowerLipIsDarkerTowardsItsBorder) {
  FaceCode pout;
  pout.weights[Blendshape::mouthPucker] = .8f, pout.weights[Blendshape::mouthFunnel] = .3f;
  pout.aperture = .05f;
  const ImageU8 frame = drawn(renderer_, pout);
  const PixelRect lips = renderer_.report().mouth;
  const auto green = [&](float down) {  // of the lips' height
    int sum = 0;
    for (int x = -5; x <= 5; ++x)
      sum += frame.at(lips.x + lips.width / 2 + x,
                      lips.y + static_cast<int>(down * static_cast<float>(lips.height)))[1];
    return static_cast<float>(sum) / 11;
  };
  EXPECT_LT(green(.95f), .93f * green(.8f));
  EXPECT_GT(green(.95f), .75f * green(.8f));
}

}  // namespace
}  // namespace parlante
