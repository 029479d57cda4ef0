// The picture of a shut lid, in the sample's photo with paint about its eyes and in photos of many people.
#include "avatar/shut_lid.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "avatar/make_avatar.hpp"
#include "avatar/models.hpp"
#include "avatar/numeric.hpp"
#include "core/curves.hpp"
#include "media/picture.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

using testing::models;

Result<Avatar> avatar_of(const ImageU8& photo) {
  FaceTracker tracker(*models().networks);
  AvatarOptions options;
  options.surround = false;
  return make_avatar(photo, tracker, *models().head, options);
}

struct Lab {
  float l, a, b;
};
Lab lab_of(const std::array<float, 3>& rgb) {
  std::array<float, 3> linear;
  for (std::size_t c = 0; c < 3; ++c) {
    const float v = rgb[c] / 255;
    linear[c] = v <= .04045f ? v / 12.92f : std::pow((v + .055f) / 1.055f, 2.4f);
  }
  const auto f = [](float t) { return t > .008856f ? std::cbrt(t) : 7.787f * t + 16 / 116.f; };
  const float x = f((.4124f * linear[0] + .3576f * linear[1] + .1805f * linear[2]) / .9505f),
              y = f(.2126f * linear[0] + .7152f * linear[1] + .0722f * linear[2]),
              z = f((.0193f * linear[0] + .1192f * linear[1] + .9505f * linear[2]) / 1.089f);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// The median of a row of the made picture over the middle of the eye, `up` iris radii above the iris's
// centre.
Lab row_of(const Avatar& avatar, std::size_t eye, float up) {
  const Patch& lid = avatar.lid_skin[eye];
  const EyeLayer& ball = avatar.eyes[eye];
  const float r = ball.iris_radius_px;
  std::array<std::vector<float>, 3> values;
  for (float v = -.15f; v <= .15f; v += .05f)
    for (float u = -.7f; u <= .7f; u += .05f) {
      const int x = static_cast<int>(ball.iris_centre.x() + u * r) - lid.rect.x,
                y = static_cast<int>(ball.iris_centre.y() - (up + v) * r) - lid.rect.y;
      if (x < 0 || y < 0 || x >= lid.rect.width || y >= lid.rect.height) continue;
      for (std::size_t c = 0; c < 3; ++c) values[c].push_back(lid.texels.at(x, y)[c]);
    }
  return lab_of({median(values[0]), median(values[1]), median(values[2])});
}

// A shut lid is a little darker than the lightest skin between it and the brow, by no more than real lids
// are, of its hue, and nothing jumps on the way there. All in CIE Lab; rows lie a fifth of an iris's radius
// apart.
void expect_lid_of_the_skin_above(const Avatar& avatar) {
  for (std::size_t eye = 0; eye < 2; ++eye) {
    float from = 1.2f;
    Lab skin = row_of(avatar, eye, from);
    for (float up = from; up <= 2.4f; up += .2f)
      if (const Lab row = row_of(avatar, eye, up); row.l > skin.l) skin = row, from = up;
    const Lab lid = row_of(avatar, eye, .2f);
    EXPECT_LT(lid.l - skin.l, 2) << "eye " << eye;
    EXPECT_GT(lid.l - skin.l, -10) << "eye " << eye;
    EXPECT_LT(std::hypot(lid.a - skin.a, lid.b - skin.b), 6) << "eye " << eye;
    Lab last = skin;
    for (float up = from - .2f; up > 0; up -= .2f) {
      const Lab row = row_of(avatar, eye, up);
      EXPECT_LT(std::abs(row.l - last.l), 5) << "eye " << eye << ", " << up << " iris radii up";
      EXPECT_LT(std::hypot(row.a - last.a, row.b - last.b), 6)
          << "eye " << eye << ", " << up << " iris radii up";
      last = row;
    }
  }
}

ImageU8 sample() {
  const auto photo = read_picture((testing::samples_folder() / "portrait.png").string());
  if (!photo) throw std::runtime_error(photo.error().message);
  return *photo;
}

TEST(ShutLid, GoesOnFromTheSkinAboveIt) {
  const auto avatar = avatar_of(sample());
  ASSERT_TRUE(avatar) << avatar.error().message;
  expect_lid_of_the_skin_above(*avatar);
}

// What lies next to an open eye, smears of lashes over it and bags under it, is not the lid's colour.
TEST(ShutLid, TakesNoHueFromLashesAndBags) {
  ImageU8 photo = sample();
  FaceTracker tracker(*models().networks);
  const auto faces = tracker.find(photo);
  ASSERT_EQ(faces.size(), 1u);
  for (const std::size_t iris : {kIrisRight, kIrisLeft}) {
    const Landmarks& points = faces[0].landmarks;
    const Vec2f centre = points[iris].head<2>();
    const float r = (points[iris + 1].head<2>() - centre).norm();
    for (int y = 0; y < photo.height; ++y)
      for (int x = 0; x < photo.width; ++x) {
        const float u = std::abs(static_cast<float>(x) - centre.x()) / r,
                    up = (centre.y() - static_cast<float>(y)) / r;
        const float over = smoothstep(.6f, .75f, up) * smoothstep(1.2f, 1.f, up),
                    under = smoothstep(-1.f, -1.2f, up) * smoothstep(-2.4f, -2.f, up);
        const float paint = .6f * smoothstep(2.f, 1.6f, u) * (over + under);
        constexpr std::array<float, 3> kBlueGrey = {90, 95, 115};
        for (std::size_t c = 0; c < 3; ++c) {
          std::uint8_t& value = photo.at(x, y)[c];
          value = static_cast<std::uint8_t>(std::lround(value + paint * (kBlueGrey[c] - value)));
        }
      }
  }
  const auto avatar = avatar_of(photo);
  ASSERT_TRUE(avatar) << avatar.error().message;
  expect_lid_of_the_skin_above(*avatar);
}

TEST(ShutLid, GoesOnFromDarkOldAndPaintedSkin) {
  for (const char* who : {"female/13", "female/16", "female/43"}) {
    const auto file = testing::shared_data() / "portraits" / (std::string(who) + ".jpg");
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "the portraits are not here";
    const auto photo = read_picture(file.string());
    ASSERT_TRUE(photo) << photo.error().message;
    const auto avatar = avatar_of(*photo);
    ASSERT_TRUE(avatar) << avatar.error().message;
    SCOPED_TRACE(who);
    expect_lid_of_the_skin_above(*avatar);
  }
}

}  // namespace
}  // namespace parlante
