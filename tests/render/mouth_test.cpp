#include <gtest/gtest.h>

#include "render/plain_avatar.hpp"
#include "render/renderer.hpp"

namespace parlante {
namespace {

using testing::mean_head;
using testing::plain_avatar;

class Mouth : public ::testing::Test {
 protected:
  Mouth() : avatar_(plain_avatar()), renderer_(mean_head(), avatar_, options()), frame_(512, 512, 3) {}

  // The lower face: nothing but skin, lips and what is between them.
  static constexpr int kLeft = 190, kRight = 322, kTop = 275, kBottom = 400;

  static RenderOptions options() {
    RenderOptions still;
    still.grain = 0;
    return still;
  }
  static FaceCode jaw(float open, float aperture) {
    FaceCode code;
    code.weights[Blendshape::jawOpen] = open;
    code.aperture = aperture;
    return code;
  }
  // Pixels whose colour only teeth (green), tongue (blue) or socket and gums (magenta) have.
  int interior_pixels(const FaceCode& code) {
    renderer_.render(code, 0, frame_);
    int count = 0;
    for (int y = kTop; y < kBottom; ++y)
      for (int x = kLeft; x < kRight; ++x) count += is_interior(frame_.at(x, y));
    return count;
  }
  static bool is_interior(const std::uint8_t* p) {
    return p[1] > p[0] + 25 || p[2] > p[0] + 25 || (p[0] > p[1] + 25 && p[2] > p[1] + 25);
  }
  int teeth_pixels() const {
    int count = 0;
    for (int y = kTop; y < kBottom; ++y)
      for (int x = kLeft; x < kRight; ++x) count += frame_.at(x, y)[1] > frame_.at(x, y)[0] + 40;
    return count;
  }

  Avatar avatar_;
  Renderer renderer_;
  ImageU8 frame_;
};

TEST_F(Mouth, PressedLipsShowNoInteriorEvenWhenTheJawIsOpen) {
  for (const float open : {0.f, .1f, .3f, .6f}) {
    EXPECT_EQ(interior_pixels(jaw(open, 0)), 0) << open;
    EXPECT_EQ(renderer_.report().mouth_open_area, 0) << open;
    EXPECT_EQ(renderer_.report().drawn_aperture, 0) << open;
  }
}

TEST_F(Mouth, OpeningGrowsWithTheAskedAperture) {
  float area = 0;
  int seen = 0;
  for (const float aperture : {.04f, .08f, .12f, .16f, .2f, .25f}) {
    const int now = interior_pixels(jaw(.4f, aperture));
    EXPECT_GT(renderer_.report().mouth_open_area, area) << aperture;
    EXPECT_GT(now, seen) << aperture;
    EXPECT_NEAR(renderer_.report().drawn_aperture, aperture, .01f);
    area = renderer_.report().mouth_open_area, seen = now;
  }
}

TEST_F(Mouth, InteriorStaysInsideTheLips) {
  interior_pixels(jaw(.5f, .2f));
  const PixelRect lips = renderer_.report().mouth;
  for (int y = kTop; y < kBottom; ++y)
    for (int x = kLeft; x < kRight; ++x) {
      const bool inside = x >= lips.x && x < lips.x + lips.width && y >= lips.y && y < lips.y + lips.height;
      if (inside) continue;
      ASSERT_FALSE(is_interior(frame_.at(x, y))) << x << ", " << y;
    }
}

TEST_F(Mouth, SmileShowsTeeth) {
  const std::vector<SheetPose> poses = sheet_poses();
  const auto smile =
      std::find_if(poses.begin(), poses.end(), [](const SheetPose& p) { return p.name == "ee smile"; });
  ASSERT_NE(smile, poses.end());
  const int interior = interior_pixels(smile->code);
  EXPECT_GT(teeth_pixels(), 100);
  EXPECT_GT(teeth_pixels(), interior / 3);
}

TEST_F(Mouth, PhotoTeethReplaceTheMadeUpperRow) {
  Avatar smiling = avatar_;
  smiling.photo_teeth.rect = {0, 0, 512, 512};
  smiling.photo_teeth.texels = ImageU8(512, 512, 3);
  for (std::size_t i = 0; i < smiling.photo_teeth.texels.pixels.size(); i += 3)
    smiling.photo_teeth.texels.pixels[i + 2] = 250;
  Renderer renderer(mean_head(), smiling, options());
  const FaceCode code = jaw(.25f, .15f);
  interior_pixels(code);
  const int green_before = teeth_pixels();
  renderer.render(code, 0, frame_);
  int blue = 0;
  for (int y = kTop; y < kBottom; ++y)
    for (int x = kLeft; x < kRight; ++x)
      blue += frame_.at(x, y)[2] > 100 && frame_.at(x, y)[0] < 40 && frame_.at(x, y)[1] < 40;
  EXPECT_GT(blue, 40);
  EXPECT_LT(teeth_pixels(), green_before);
}

}  // namespace
}  // namespace parlante
