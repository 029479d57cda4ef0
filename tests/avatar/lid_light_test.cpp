// Light on a shut lid.
#include "avatar/lid_light.hpp"

#include <gtest/gtest.h>

#include "avatar/pixels.hpp"

namespace parlante {
namespace {

TEST(LidLight, IsBrightestHighUpAndDarkAtLashesAndCorners) {
  const float bright = lid_light(.25f, .5f, 1);
  EXPECT_NEAR(bright, 1, .03f);
  for (float down = .3f; down < 1; down += .05f) EXPECT_LT(lid_light(down, .5f, 1), bright) << down;
  EXPECT_LT(lid_light(1, .5f, 1), bright - .2f);
  EXPECT_LT(lid_light(.25f, 0, 1), bright - .08f);
  EXPECT_LT(lid_light(.25f, 1, 1), bright - .08f);
}

TEST(LidLight, HasACreaseAboveThePartThatLiesOnTheBall) {
  const float crease = lid_light(.58f, .5f, 1);
  EXPECT_GT(lid_light(.50f, .5f, 1), crease + .02f);
  EXPECT_GT(lid_light(.66f, .5f, 1), crease + .02f);
}

TEST(LidLight, IsAsUnevenAsTheLightAboutTheEye) {
  EXPECT_NEAR(1 - lid_light(.8f, .5f, 1), 2 * (1 - lid_light(.8f, .5f, .5f)), 1e-5);
}

TEST(LidLight, ComesOutOfTheBrowsShadeTowardsTheCheeksLight) {
  const float shut = 100 * unfolded_light(100, 140);
  EXPECT_GT(shut, 108);
  EXPECT_LT(shut, 140);
  EXPECT_EQ(unfolded_light(140, 100), 1);  // and never darker than the skin it is
  EXPECT_LT(unfolded_light(1, 255), 1.2f);
}

TEST(LidLight, MakesSkinInTheShadeRedderAndShiningSkinPaler) {
  const cv::Vec3f skin = {200, 150, 120};
  const auto hue = [](const cv::Vec3f& rgb) { return rgb[0] / rgb[2]; };
  EXPECT_GT(hue(shaded(skin, .6f)), hue(skin));
  EXPECT_LT(hue(shaded(skin, 1.3f)), hue(skin));
  EXPECT_NEAR(luma(shaded(skin, .6f)), .6f * luma(skin), .06f * luma(skin));
  EXPECT_NEAR(luma(shaded(skin, 1.2f)), 1.2f * luma(skin), .01f * luma(skin));
  EXPECT_LT(cv::norm(shaded(skin, 1) - skin), 1e-3);
}

TEST(LidLight, GivesADrawingNoColour) {
  const cv::Vec3f grey = shaded({120, 120, 120}, .7f);
  EXPECT_NEAR(grey[0], grey[1], .01f);
  EXPECT_NEAR(grey[2], grey[1], .01f);
}

}  // namespace
}  // namespace parlante
