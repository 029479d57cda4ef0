// The mouth's interior is as soft as the photo.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "render/plain_avatar.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::mean_head;
using testing::plain_avatar;

ImageU8 open_mouth(float edge_blur, PixelRect& mouth) {
  Avatar avatar = plain_avatar();
  avatar.edge_blur = edge_blur;
  Renderer renderer(mean_head(), avatar, testing::still());
  FaceCode code;
  code.aperture = .25f;
  code.weights[Blendshape::jawOpen] = .5f;
  ImageU8 frame = testing::drawn(renderer, code);
  mouth = renderer.report().mouth;
  return frame;
}

/// Steepest step of green between neighbours across the mouth: the painted teeth are green.
int steepest(const ImageU8& frame, const PixelRect& box) {
  int most = 0;
  for (int y = box.y; y < box.y + box.height; ++y)
    for (int x = box.x; x < box.x + box.width; ++x)
      most = std::max(most, std::abs(frame.at(x, y)[1] - frame.at(x, y + 1)[1]));
  return most;
}

TEST(MadeSoftness, TeethOfASoftPhotoHaveSoftEdges) {
  PixelRect mouth;
  const int sharp = steepest(open_mouth(.7f, mouth), mouth), soft = steepest(open_mouth(3.5f, mouth), mouth);
  EXPECT_LT(soft, .75 * sharp);
}

TEST(MadeSoftness, LeavesTheSkinBesideTheMouthAlone) {
  PixelRect mouth;
  const ImageU8 sharp = open_mouth(.7f, mouth), soft = open_mouth(3.5f, mouth);
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x) {
      if (x > mouth.x - 8 && x < mouth.x + mouth.width + 8 && y > mouth.y - 8 &&
          y < mouth.y + mouth.height + 8)
        continue;
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(sharp.at(x, y)[c], soft.at(x, y)[c], 1) << x << ' ' << y;
    }
}

TEST(MadeSoftness, SurvivesAnAbsurdMeasure) {
  PixelRect mouth;
  for (const float odd : {NAN, -5.f, 1e9f}) EXPECT_FALSE(open_mouth(odd, mouth).pixels.empty());
}

}  // namespace
}  // namespace parlante
