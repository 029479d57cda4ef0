// The skin beside the mouth's corners when they have moved away.
#include "render/corner_skin.hpp"

#include <gtest/gtest.h>

#include "render/plain_avatar.hpp"

namespace parlante {
namespace {

using testing::in_photo;
using testing::mean_head;
using testing::paint_line;
using testing::plain_avatar;

Vec2f right_corner(const Avatar& avatar) {
  const std::vector<Vec2f> seam = in_photo(avatar, mean_head().loop(HeadLoop::lip_upper_inner));
  return seam.front().x() < seam.back().x() ? seam.front() : seam.back();
}

/// Green of the photo at `p`, relaxed, less that of the photo of plain skin.
float difference(const Avatar& avatar, const Vec2f& p) {
  static const Avatar plain = plain_avatar();
  const int x = static_cast<int>(p.x()), y = static_cast<int>(p.y());
  const std::uint8_t* shown = avatar.foreground.at(x, y + avatar.pad_top);
  float rgb[3] = {static_cast<float>(shown[0]), static_cast<float>(shown[1]), static_cast<float>(shown[2])};
  corner_skin(mean_head(), avatar)[0].relax(p.x(), p.y(), rgb);
  return rgb[1] - static_cast<float>(plain.foreground.at(x, y + plain.pad_top)[1]);
}

TEST(CornerSkin, ADarkDimpleIsFilledWithTheSkinAboutIt) {
  Avatar avatar = plain_avatar();
  const float cm = avatar.px_per_cm();
  const Vec2f dimple = right_corner(avatar) - Vec2f(.35f * cm, 0);
  for (float y = -.2f; y <= .2f; y += .05f)
    paint_line(avatar, {dimple + Vec2f(-.15f, y) * cm, dimple + Vec2f(.15f, y) * cm}, {40, 30, 25});
  EXPECT_NEAR(difference(avatar, dimple), 0, 12);
}

TEST(CornerSkin, SmoothSkinAndWhatLiesFartherOffStay) {
  Avatar avatar = plain_avatar();
  const float cm = avatar.px_per_cm();
  const Vec2f corner = right_corner(avatar);
  EXPECT_NEAR(difference(avatar, corner - Vec2f(.8f, .2f) * cm), 0, 4);
  const Vec2f mole = corner - Vec2f(.4f, 1.6f) * cm;
  paint_line(avatar, {mole, mole + Vec2f(4, 0)}, {40, 30, 25});
  EXPECT_LT(difference(avatar, mole), -60);
}

TEST(CornerSkin, RelaxesWithAPoutBeyondThePhotosOwnAndWithAnOpening) {
  BlendshapeWeights rest{}, pout{};
  pout[Blendshape::mouthPucker] = .6f;
  EXPECT_EQ(corner_relaxation(rest, rest, 0), 0);
  EXPECT_EQ(corner_relaxation(pout, pout, 0), 0);
  EXPECT_EQ(corner_relaxation(pout, rest, 0), 1);
  // An opening relaxes them, but leaves most of the seam beside it.
  EXPECT_GT(corner_relaxation(rest, rest, 1), .2f);
  EXPECT_LT(corner_relaxation(rest, rest, 1), .6f);
  EXPECT_EQ(corner_relaxation(pout, rest, 1), 1);
}

TEST(CornerSkin, CornersThatAreNowhereAreLeftAlone) {
  Avatar avatar = plain_avatar();
  for (const HeadLoop loop : {HeadLoop::lip_upper_inner, HeadLoop::lip_upper_outer})
    for (const std::int32_t v : mean_head().loop(loop))
      avatar.texture[static_cast<std::size_t>(v)] = Vec2f::Constant(std::nanf(""));
  for (const CornerSkin& skin : corner_skin(mean_head(), avatar)) EXPECT_TRUE(skin.light.empty());
}

}  // namespace
}  // namespace parlante
