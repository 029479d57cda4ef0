// What is seen of a lid on its way down.
#include "render/lids.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "render/plain_avatar.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::drawn;
using testing::mean_head;
using testing::plain_avatar;
using testing::still;

constexpr float kWay = .9f, kReach = .6f;  // cm
UnrollingLid lid_at(float part) {
  return {part * kWay, (1 - part) * kWay, kReach};
}

TEST(UnrollingLid, SkinAtTheMarginGoesWithItAndSkinAtTheUpperEndStays) {
  for (const float part : {0.f, .25f, .5f, .75f, 1.f}) {
    const UnrollingLid lid = lid_at(part);
    EXPECT_NEAR(lid.height(0), 0, 1e-5) << part;
    EXPECT_NEAR(lid.carried(0), part * kWay, 1e-5) << part;
    EXPECT_NEAR(lid.to_go(0), (1 - part) * kWay, 1e-5) << part;
    const float end = kReach + part * kWay;
    for (const float beyond : {0.f, .3f}) {
      EXPECT_NEAR(lid.carried(end + beyond), 0, 1e-5) << part;
      EXPECT_NEAR(lid.to_go(end + beyond), 0, 1e-5) << part;
    }
  }
}

TEST(UnrollingLid, SkinKeepsItsOrder) {
  for (const float part : {.1f, .5f, 1.f}) {
    const UnrollingLid lid = lid_at(part);
    float below = -1, goal = -kWay;
    for (float above = 0; above < 2; above += .01f) {
      EXPECT_GT(lid.height(above), below) << part << " at " << above;
      below = lid.height(above);
      const float shut = above - lid.to_go(above);  // over where the margin is now
      EXPECT_GT(shut, goal) << part << " at " << above;
      goal = shut;
    }
  }
}

TEST(UnrollingLid, TheSameSkinComesToTheSamePlaceFromEverywhereOnTheWay) {
  const UnrollingLid open = lid_at(0);
  for (const float height : {.05f, .2f, .4f, .55f}) {
    const float goal = height - open.to_go(height);  // over the open margin
    for (const float part : {.3f, .6f, .9f}) {
      const UnrollingLid lid = lid_at(part);
      float above = 0;
      while (lid.height(above) < height) above += 1e-4f;
      EXPECT_NEAR(above - part * kWay - lid.to_go(above), goal, 2e-3) << height << ", " << part;
    }
  }
}

TEST(UnrollingLid, AnOpenEyeShowsThePhoto) {
  const UnrollingLid lid{0, kWay, kReach};
  for (const float above : {0.f, .1f, .3f, .59f, .8f}) {
    EXPECT_NEAR(lid.height(above), above, 1e-5);
    EXPECT_NEAR(lid.carried(above), 0, 1e-5);
  }
}

constexpr int kSize = 1024;

// Rows about the right eye, in the column through its iris, whose pixels are `sought` while that eye alone
// blinks.
template <typename Sought>
std::vector<int> rows_over_iris(Renderer& renderer, const Avatar& avatar, float blink, Sought sought) {
  FaceCode code;
  code.aperture = 0;
  code.weights[Blendshape::eyeBlinkRight] = blink;
  const ImageU8 frame = drawn(renderer, code);
  const int column =
      static_cast<int>(avatar.eyes[0].iris_centre.x() * kSize / static_cast<float>(avatar.size));
  std::vector<int> rows;
  for (int y = 300; y < 560; ++y)
    if (sought(frame.at(column, y))) rows.push_back(y);
  return rows;
}

// A line drawn across the shut lid near its margin goes up with the margin: the lid is no blind that slides
// over a standing picture.
TEST(LidOnItsWay, TakesItsSkinAlong) {
  Avatar avatar = plain_avatar();
  const HeadModel& head = mean_head();
  const auto& lower = head.loop(HeadLoop::lid_right_lower);
  const Vec3f middle = head.neutral[static_cast<std::size_t>(lower[lower.size() / 2])];
  const float shut_at = avatar.camera.project((middle + avatar.translation).cast<double>()).cast<float>().y();
  const float cm = avatar.px_per_cm();
  Patch& skin = avatar.lid_skin[0];
  skin.rect = avatar.eyes[0].texture.rect;
  skin.texels = ImageU8(skin.rect.width, skin.rect.height, 3, 150);
  for (int y = 0; y < skin.rect.height; ++y)
    for (int x = 0; x < skin.rect.width; ++x) {
      const float above = (shut_at - static_cast<float>(skin.rect.y + y) - .5f) / cm;
      std::uint8_t* p = skin.texels.at(x, y);
      p[0] = p[2] = 100, p[1] = above > .35f && above < .55f ? 255 : 100;
    }
  Renderer renderer(head, avatar, still(kSize));
  const auto line_at = [&](float blink) {
    const std::vector<int> rows = rows_over_iris(
        renderer, avatar, blink, [](const std::uint8_t* p) { return p[1] > p[0] + 40 && p[1] > p[2] + 40; });
    return rows.empty() ? -1.
                        : std::accumulate(rows.begin(), rows.end(), 0.) / static_cast<double>(rows.size());
  };
  const double shut = line_at(1), half = line_at(.5f);
  ASSERT_GT(shut, 0);
  ASSERT_GT(half, 0);
  const double px_per_cm = cm * kSize / static_cast<double>(avatar.size);
  EXPECT_GT(shut - half, .15 * px_per_cm);
}

// The photo's lashes become shorter as they turn towards the viewer, and stay as dark: they do not fade.
TEST(LidOnItsWay, TurnsTheOpenLashesTowardsTheViewer) {
  Avatar avatar = plain_avatar();
  const HeadModel& head = mean_head();
  const float cm = avatar.px_per_cm();
  EyeLayer& eye = avatar.eyes[0];
  std::fill(eye.texture.texels.pixels.begin(), eye.texture.texels.pixels.end(), testing::kSclera);
  const auto column = static_cast<int>(eye.iris_centre.x());
  float margin = 0, nearest = 1e9f;
  for (const std::int32_t v : head.loop(HeadLoop::lid_right_upper)) {
    const Vec2f p =
        avatar.camera.project((head.neutral[static_cast<std::size_t>(v)] + avatar.translation).cast<double>())
            .cast<float>();
    if (const float off = std::abs(p.x() - eye.iris_centre.x()); off < nearest) nearest = off, margin = p.y();
  }
  for (int y = static_cast<int>(margin - .3f * cm); y < static_cast<int>(margin + .2f * cm); ++y)
    for (int x = column - static_cast<int>(cm); x < column + static_cast<int>(cm); ++x)
      std::fill_n(avatar.foreground.at(x, y + avatar.pad_top), 3, std::uint8_t{25});
  Renderer renderer(head, avatar, still(kSize));
  const auto dark_rows = [&](float blink) {
    return static_cast<double>(
        rows_over_iris(renderer, avatar, blink, [](const std::uint8_t* p) { return p[0] < 60; }).size());
  };
  const double open = dark_rows(0);
  ASSERT_GT(open, 6);
  EXPECT_GT(dark_rows(.15f), .35 * open);
  EXPECT_LT(dark_rows(.15f), .8 * open);
  EXPECT_LT(dark_rows(.25f), dark_rows(.15f));
}

}  // namespace
}  // namespace parlante
