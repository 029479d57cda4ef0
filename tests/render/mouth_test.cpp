#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "render/plain_avatar.hpp"
#include "render/still_frames.hpp"

namespace parlante {
namespace {

using testing::mean_head;
using testing::plain_avatar;
using testing::still;

class Mouth : public ::testing::Test {
 protected:
  Mouth() : avatar_(plain_avatar()), renderer_(mean_head(), avatar_, still()), frame_(512, 512, 3) {}

  // The lower face: nothing but skin, lips and what is between them.
  static constexpr int kLeft = 190, kRight = 322, kTop = 275, kBottom = 400;

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

  // Width of the drawn opening over that of the lips.
  float open_share(const FaceCode& code) {
    interior_pixels(code);
    int first = kRight, last = kLeft;
    for (int y = kTop; y < kBottom; ++y)
      for (int x = kLeft; x < kRight; ++x)
        if (is_interior(frame_.at(x, y))) first = std::min(first, x), last = std::max(last, x);
    return static_cast<float>(last - first + 1) / static_cast<float>(renderer_.report().mouth.width);
  }
  std::vector<int> tongue_brightness() const {
    std::vector<int> blue;
    for (int y = kTop; y < kBottom; ++y)
      for (int x = kLeft; x < kRight; ++x) {
        const std::uint8_t* p = frame_.at(x, y);
        if (p[2] > p[0] + 40 && p[2] > p[1] + 40) blue.push_back(p[2]);
      }
    return blue;
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

TEST_F(Mouth, SpeakingLipsPartInTheMiddleAndStayShutAtTheCorners) {
  const float little = open_share(jaw(.15f, .06f)), wide = open_share(jaw(.5f, .25f));
  EXPECT_GT(little, .35f);
  EXPECT_LT(little, .72f);
  EXPECT_GT(wide, little + .08f);
}

TEST_F(Mouth, TongueComesBetweenTheTeethInTh) {
  FaceCode th = jaw(.2f, .1f);
  const auto middle = [&] {
    std::vector<int> blue = tongue_brightness();
    std::nth_element(blue.begin(), blue.begin() + static_cast<std::ptrdiff_t>(blue.size() / 2), blue.end());
    return blue[blue.size() / 2];
  };
  interior_pixels(th);
  const int teeth_at_rest = teeth_pixels(), bright_at_rest = middle();
  th.weights[Blendshape::tongueOut] = .55f;
  interior_pixels(th);
  EXPECT_LT(teeth_pixels(), teeth_at_rest / 2);  // it lies before the edges of the upper ones
  EXPECT_GT(middle(), bright_at_rest + 20);
}

TEST_F(Mouth, TongueIsNoFlatPatch) {
  interior_pixels(jaw(.5f, .25f));
  std::vector<int> blue = tongue_brightness();
  ASSERT_GT(blue.size(), 200u);
  std::sort(blue.begin(), blue.end());
  const auto at = [&](double share) {
    return static_cast<float>(blue[static_cast<std::size_t>(share * static_cast<double>(blue.size() - 1))]);
  };
  EXPECT_GT(at(.98), 1.15f * at(.5));
  EXPECT_LT(at(.1), .85f * at(.5));
}

TEST_F(Mouth, NothingBetweenTheLipsIsBlack) {
  for (const SheetPose& pose : sheet_poses()) {
    renderer_.render(pose.code, 0, frame_);
    int darkest = 255;
    for (int y = kTop; y < kBottom; ++y)
      for (int x = kLeft; x < kRight; ++x)
        darkest =
            std::min(darkest, static_cast<int>(*std::max_element(frame_.at(x, y), frame_.at(x, y) + 3)));
    EXPECT_GT(darkest, .28f * avatar_.lip[0]) << pose.name;
  }
}

TEST_F(Mouth, LowerLipTucksUnderTheTeethInF) {
  const std::vector<SheetPose> poses = sheet_poses();
  const auto f = std::find_if(poses.begin(), poses.end(), [](const SheetPose& p) { return p.name == "f/v"; });
  ASSERT_NE(f, poses.end());
  FaceCode untucked = f->code;
  untucked.weights[Blendshape::mouthRollLower] = 0;
  renderer_.render(untucked, 0, frame_);
  const PixelRect loose = renderer_.report().mouth;
  renderer_.render(f->code, 0, frame_);
  const PixelRect tucked = renderer_.report().mouth;
  EXPECT_LT(tucked.y + tucked.height, loose.y + loose.height - 3);
  EXPECT_GT(teeth_pixels(), 30);
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

TEST_F(Mouth, TeethAreSingleCrownsBrightestInTheMiddle) {
  const std::vector<SheetPose> poses = sheet_poses();
  const auto smile =
      std::find_if(poses.begin(), poses.end(), [](const SheetPose& p) { return p.name == "ee smile"; });
  ASSERT_NE(smile, poses.end());
  renderer_.render(smile->code, 0, frame_);
  // The row of the frame that shows most of the upper teeth.
  const auto tooth = [&](int x, int y) { return frame_.at(x, y)[1] > frame_.at(x, y)[0] + 40; };
  int best = 0, row = 0;
  for (int y = kTop; y < kBottom; ++y) {
    int count = 0;
    for (int x = kLeft; x < kRight; ++x) count += tooth(x, y);
    if (count > best) best = count, row = y;
  }
  std::vector<float> green;
  for (int x = kLeft; x < kRight; ++x)
    if (tooth(x, row)) green.push_back(frame_.at(x, row)[1]);
  ASSERT_GT(green.size(), 30u);
  int gaps = 0;
  for (std::size_t i = 2; i + 2 < green.size(); ++i)
    gaps += green[i] <= green[i - 1] && green[i] < green[i + 1] &&
            green[i] < .95f * std::min(green[i - 2], green[i + 2]);
  EXPECT_GE(gaps, 3);
  const auto mean = [&](double from, double to) {
    const auto a = green.begin() + static_cast<std::ptrdiff_t>(from * static_cast<double>(green.size()));
    const auto b = green.begin() + static_cast<std::ptrdiff_t>(to * static_cast<double>(green.size()));
    return std::accumulate(a, b, 0.f) / static_cast<float>(b - a);
  };
  EXPECT_GT(mean(.35, .65), 1.04f * mean(0, .15));
  EXPECT_GT(mean(.35, .65), 1.04f * mean(.85, 1));
}

}  // namespace
}  // namespace parlante
