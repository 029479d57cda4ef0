// Light on a shut lid.
#include "avatar/lid_light.hpp"

#include <gtest/gtest.h>

#include "avatar/pixels.hpp"

namespace parlante {
namespace {

TEST(LidLight, LiesAlongTheMiddleOfALid) {
  const float middle = bulge_light(.56f, .5f, 1);
  for (const float down : {.15f, 1.f}) EXPECT_LT(bulge_light(down, .5f, 1), middle - .1f) << down;
  for (const float along : {.0f, .02f, .98f, 1.f})
    EXPECT_LT(bulge_light(.56f, along, 1), middle - .1f) << along;
  EXPECT_GT(middle, 0);
}

TEST(LidLight, IsAsUnevenAsTheLightAboutTheEye) {
  EXPECT_GT(bulge_light(.56f, .5f, 1) - bulge_light(1, .5f, 1),
            1.5f * (bulge_light(.56f, .5f, .5f) - bulge_light(1, .5f, .5f)));
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
