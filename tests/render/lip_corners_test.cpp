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

// A photo whose shut lips meet in a black line that runs a little beyond the corners.
class LipCornersPicture : public ::testing::Test {
 protected:
  LipCornersPicture() : avatar_(with_black_seam()), renderer_(mean_head(), avatar_, still()) {}

  static Avatar with_black_seam() {
    Avatar avatar = plain_avatar();
    std::vector<Vec2f> line = in_photo(avatar, mean_head().loop(HeadLoop::lip_upper_inner));
    const float inwards = line.back().x() > line.front().x() ? 1.f : -1.f;
    const Vec2f beyond(inwards * .12f * avatar.px_per_cm(), 0);
    line.insert(line.begin(), line.front() - beyond);
    line.push_back(line.back() + beyond);
    paint_line(avatar, line, {5, 5, 5});
    return avatar;
  }
  // Darkest green at both ends of the lips, over that of the skin beside them.
  float darkest_corner(const FaceCode& code) {
    const ImageU8 frame = drawn(renderer_, code);
    const PixelRect lips = renderer_.report().mouth;
    int darkest = 255;
    for (int y = lips.y; y < lips.y + lips.height; ++y)
      for (int x = 0; x < 10; ++x)
        for (const int column : {lips.x + x, lips.x + lips.width - 1 - x})
          darkest = std::min<int>(darkest, frame.at(column, y)[1]);
    const int skin = frame.at(lips.x - 14, lips.y + lips.height / 2)[1];
    return static_cast<float>(darkest) / static_cast<float>(skin);
  }

  Avatar avatar_;
  Renderer renderer_;
};

TEST_F(LipCornersPicture, ShutLipsEndAsInThePhoto) {
  FaceCode rest;
  rest.aperture = 0;
  EXPECT_LT(darkest_corner(rest), .1f);
}

// Round mouths end a little darker than the skin. An open jaw leaves the seam beside the opening, as in film
// (docs/render.md), but lighter than the photo's, which is below .1.
TEST_F(LipCornersPicture, RoundMouthsHaveNoDotsAtTheCornersAndOpenOnesASofterSeam) {
  FaceCode round, open;
  round.weights[Blendshape::mouthPucker] = .6f;
  round.weights[Blendshape::mouthFunnel] = .3f;
  open.weights[Blendshape::jawOpen] = .5f;
  for (const float aperture : {.06f, .12f, .2f}) {
    round.aperture = open.aperture = aperture;
    EXPECT_GT(darkest_corner(round), .4f) << aperture;
    EXPECT_GT(darkest_corner(open), .1f) << aperture << ": the opening's own end lies here";
    EXPECT_LT(darkest_corner(open), .5f) << aperture;
  }
}

}  // namespace
}  // namespace parlante
