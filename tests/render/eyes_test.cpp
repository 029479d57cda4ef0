#include <gtest/gtest.h>

#include "render/plain_avatar.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::mean_head;
using testing::plain_avatar;
using testing::still;

class Eyes : public ::testing::Test {
 protected:
  Eyes() : avatar_(bright_lashes()), renderer_(mean_head(), avatar_, still(kSize)), frame_(kSize, kSize, 3) {}

  static constexpr int kSize = 1024;
  // Lashes that nobody mistakes for an iris.
  static Avatar bright_lashes() {
    Avatar avatar = plain_avatar();
    for (EyeLayer& eye : avatar.eyes) eye.lash_colour = {250, 90, 90};
    return avatar;
  }
  static FaceCode closed_lips() {
    FaceCode code;
    code.aperture = 0;
    return code;
  }
  struct Iris {
    int pixels = 0;
    double x = 0, y = 0;
  };
  // Dark pixels in the image's left half: the person's right eye.
  Iris right_iris(const FaceCode& code) {
    renderer_.render(code, 0, frame_);
    Iris iris;
    for (int y = 300; y < 560; ++y)
      for (int x = 320; x < kSize / 2; ++x) {
        const std::uint8_t* p = frame_.at(x, y);
        if (p[0] > 70 || p[1] > 70 || p[2] > 70) continue;
        ++iris.pixels, iris.x += x, iris.y += y;
      }
    if (iris.pixels) iris.x /= iris.pixels, iris.y /= iris.pixels;
    return iris;
  }

  // At the iris's centre, in the layer `texels` of the eye's texture rectangle.
  static void put_blue_dot(const EyeLayer& eye, ImageU8& texels) {
    const int x = static_cast<int>(eye.iris_centre.x()) - eye.texture.rect.x,
              y = static_cast<int>(eye.iris_centre.y()) - eye.texture.rect.y;
    for (int j = -1; j <= 1; ++j)
      for (int i = -1; i <= 1; ++i) texels.at(x + i, y + j)[2] = 220;
  }
  // Of the right eye.
  Iris blue_dot(Renderer& renderer, const FaceCode& code) {
    renderer.render(code, 0, frame_);
    Iris dot;
    double weight = 0;
    for (int y = 300; y < 560; ++y)
      for (int x = 320; x < kSize / 2; ++x) {
        const std::uint8_t* p = frame_.at(x, y);
        if (p[2] < 40 || p[0] > 70) continue;
        const double w = p[2] - p[0];
        ++dot.pixels, dot.x += w * x, dot.y += w * y, weight += w;
      }
    if (weight > 0) dot.x /= weight, dot.y /= weight;
    return dot;
  }

  Avatar avatar_;
  Renderer renderer_;
  ImageU8 frame_;
};

TEST_F(Eyes, BlinkHidesTheIris) {
  EXPECT_GT(right_iris(closed_lips()).pixels, 150);
  FaceCode shut = closed_lips();
  shut.weights[Blendshape::eyeBlinkLeft] = shut.weights[Blendshape::eyeBlinkRight] = 1;
  EXPECT_EQ(right_iris(shut).pixels, 0);
  EXPECT_EQ(renderer_.report().eye_open_area, 0);
}

TEST_F(Eyes, ABlinkClosesSteadily) {
  float before = 1e9f;
  for (const float blink : {0.f, .2f, .4f, .6f, .8f, 1.f}) {
    FaceCode code = closed_lips();
    code.weights[Blendshape::eyeBlinkLeft] = code.weights[Blendshape::eyeBlinkRight] = blink;
    renderer_.render(code, 0, frame_);
    EXPECT_LT(renderer_.report().eye_open_area, before) << blink;
    before = renderer_.report().eye_open_area;
  }
}

TEST_F(Eyes, AWinkLeavesTheOtherEyeOpen) {
  FaceCode wink = closed_lips();
  wink.weights[Blendshape::eyeBlinkLeft] = 1;
  EXPECT_GT(right_iris(wink).pixels, 150);
}

TEST_F(Eyes, GazeMovesTheIrisByTheAskedAngle) {
  Avatar marked = avatar_;
  for (EyeLayer& eye : marked.eyes) put_blue_dot(eye, eye.texture.texels);
  Renderer renderer(mean_head(), marked, still(kSize));
  // An iris 11 mm from the point about which the eye turns, at the eye's depth.
  const EyeLayer& eye = marked.eyes[0];
  const double depth = -marked.translation.z() - eye.centre.z() - eye.radius;
  const double px_per_cm = marked.camera.focal_px / depth * kSize / marked.size;
  const Iris ahead = blue_dot(renderer, closed_lips());
  ASSERT_GT(ahead.pixels, 3);
  for (const float angle : {-.25f, -.12f, .12f, .25f}) {
    FaceCode code = closed_lips();
    code.gaze_yaw = angle;
    const Iris iris = blue_dot(renderer, code);
    const double expected = 1.1 * std::sin(angle) * px_per_cm;
    EXPECT_NEAR(iris.x - ahead.x, expected, .03 * std::abs(expected) + .25) << angle;
    EXPECT_NEAR(iris.y, ahead.y, 1) << angle;
  }
  FaceCode up = closed_lips();
  up.gaze_pitch = .12f;
  EXPECT_LT(right_iris(up).y, right_iris(closed_lips()).y - 1);
}

TEST_F(Eyes, TheHighlightGoesHalfTheIrisesWay) {
  Avatar shiny = avatar_;
  for (EyeLayer& eye : shiny.eyes) {
    eye.highlight.rect = eye.texture.rect;
    eye.highlight.texels = ImageU8(eye.texture.rect.width, eye.texture.rect.height, 3);
    put_blue_dot(eye, eye.highlight.texels);
  }
  Renderer renderer(mean_head(), shiny, still(kSize));
  FaceCode aside = closed_lips();
  aside.gaze_yaw = .12f;
  const Iris still = blue_dot(renderer, closed_lips());
  ASSERT_GT(still.pixels, 0);
  const double iris = 1.2 * std::sin(.12) * avatar_.px_per_cm() * kSize / avatar_.size;
  EXPECT_NEAR(blue_dot(renderer, aside).x - still.x, .5 * iris, .25 * iris);
}

TEST_F(Eyes, TheWhiteStaysWhereItIsWhenTheIrisTurns) {
  // A red corner at the outer end of the right eye.
  Avatar red = avatar_;
  EyeLayer& eye = red.eyes[0];
  eye.sclera = eye.texture;
  ImageU8& white = eye.sclera.texels;
  for (int y = 0; y < white.height; ++y)
    for (int x = 0; x < white.width; ++x) {
      const bool corner =
          static_cast<float>(eye.sclera.rect.x + x) < eye.iris_centre.x() - 1.6f * eye.iris_radius_px;
      white.at(x, y)[0] = 220, white.at(x, y)[1] = white.at(x, y)[2] = corner ? 60 : 220;
    }
  Renderer renderer(mean_head(), red, still(kSize));
  const auto corner_at = [&](float yaw) {
    FaceCode code = closed_lips();
    code.gaze_yaw = yaw;
    renderer.render(code, 0, frame_);
    double sum = 0;
    int count = 0;
    for (int y = 300; y < 560; ++y)
      for (int x = 320; x < kSize / 2; ++x) {
        const std::uint8_t* p = frame_.at(x, y);
        if (p[0] > 170 && p[1] < 90 && p[2] < 90) sum += x, ++count;
      }
    return count > 20 ? sum / count : -1.;
  };
  const double ahead = corner_at(0);
  ASSERT_GT(ahead, 0);
  EXPECT_NEAR(corner_at(.15f), ahead, 1.5);
  EXPECT_NEAR(corner_at(-.08f), ahead, 4);  // the iris covers a part of it
}

TEST_F(Eyes, NothingIsDrawnBehindDarkGlasses) {
  Avatar hidden = avatar_;
  hidden.eyes_hidden = true;
  hidden.glasses.assign(static_cast<std::size_t>(mean_head().face_end()), 0);
  Renderer renderer(mean_head(), hidden, still(kSize));
  FaceCode look = closed_lips();
  renderer.render(look, 0, frame_);
  const ImageU8 before = frame_;
  look.weights[Blendshape::eyeBlinkLeft] = look.weights[Blendshape::eyeBlinkRight] = 1;
  look.gaze_yaw = .15f, look.gaze_pitch = -.1f;
  renderer.render(look, 0, frame_);
  EXPECT_EQ(frame_.pixels, before.pixels);
}

}  // namespace
}  // namespace parlante
