#include "avatar/glasses.hpp"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "support/paths.hpp"

namespace parlante {
namespace {

constexpr int kSide = 600;
constexpr float kApart = 150;  // px between the irises
const cv::Point2f kRight(225, 250), kLeft(375, 250);

Landmarks drawn_landmarks() {
  Landmarks points;
  points.fill(Eigen::Vector3f(300, 300, 0));
  const auto put = [&](std::size_t i, float x, float y) { points[i] = {x, y, 0}; };
  put(kIrisRight, kRight.x, kRight.y), put(kIrisLeft, kLeft.x, kLeft.y);
  put(168, 300, 235), put(6, 300, 255);
  put(50, 205, 370), put(280, 395, 370);
  return points;
}

// Skin, lit from the left, with eyes, lashes, brows, bags under the eyes and a frown line.
cv::Mat bare_face() {
  cv::Mat face(kSide, kSide, CV_32FC3);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const float light = 1 - .0006f * static_cast<float>(x);
      face.at<cv::Vec3f>(y, x) = cv::Vec3f(205, 160, 140) * light;
    }
  for (const cv::Point2f& eye : {kRight, kLeft}) {
    const cv::Point at(eye);
    cv::ellipse(face, at + cv::Point(0, 3), {38, 17}, 0, 0, 360, cv::Scalar(225, 220, 215), -1, cv::LINE_AA);
    cv::circle(face, at, 15, cv::Scalar(60, 40, 30), -1, cv::LINE_AA);
    cv::ellipse(face, at + cv::Point(0, 3), {38, 17}, 0, 180, 360, cv::Scalar(40, 30, 25), 5, cv::LINE_AA);
    cv::ellipse(face, at + cv::Point(0, 20), {34, 16}, 0, 10, 170, cv::Scalar(165, 120, 105), 4, cv::LINE_AA);
    cv::ellipse(face, at + cv::Point(0, -5), {55, 38}, 0, 200, 340, cv::Scalar(50, 35, 28), 12, cv::LINE_AA);
  }
  cv::line(face, {275, 262}, {325, 262}, cv::Scalar(150, 110, 95), 4, cv::LINE_AA);
  cv::GaussianBlur(face, face, {}, 1);
  return face;
}

cv::Mat with_frames(cv::Mat face, const cv::Scalar& colour, int thickness, bool dark_lenses) {
  for (const cv::Point2f& eye : {kRight, kLeft}) {
    const cv::Point at(static_cast<int>(eye.x), static_cast<int>(eye.y) + 10);
    if (dark_lenses) cv::ellipse(face, at, {62, 48}, 0, 0, 360, cv::Scalar(28, 24, 24), -1, cv::LINE_AA);
    cv::ellipse(face, at, {62, 48}, 0, 0, 360, colour, thickness, cv::LINE_AA);
  }
  cv::ellipse(face, {300, 258}, {16, 10}, 0, 180, 360, colour, thickness, cv::LINE_AA);
  return face;
}

TEST(Glasses, ABareFaceWithBagsBrowsAndAFrownHasNone) {
  const Glasses found = find_glasses(bare_face(), drawn_landmarks());
  EXPECT_FALSE(found.worn) << found.bridge << " " << found.rim;
  EXPECT_FALSE(found.dark);
}

TEST(Glasses, FramesAreSeen) {
  for (const int thickness : {3, 8}) {
    const Glasses found =
        find_glasses(with_frames(bare_face(), {45, 40, 42}, thickness, false), drawn_landmarks());
    EXPECT_TRUE(found.worn) << thickness << ": " << found.bridge << " " << found.rim;
    EXPECT_FALSE(found.dark);
    EXPECT_NEAR(found.low_rim, 58 / kApart, .06f);
  }
}

TEST(Glasses, SunglassesHideTheEyes) {
  const Glasses found = find_glasses(with_frames(bare_face(), {25, 22, 22}, 5, true), drawn_landmarks());
  EXPECT_TRUE(found.worn);
  EXPECT_TRUE(found.dark) << found.brightest << " " << found.step;
}

TEST(Glasses, AFaceInTheDarkWearsNoSunglasses) {
  EXPECT_FALSE(find_glasses(bare_face() * .15, drawn_landmarks()).worn);
}

TEST(Glasses, APictureOfNothingIsNoReasonToFail) {
  Landmarks points;
  points.fill(Eigen::Vector3f::Zero());
  EXPECT_FALSE(find_glasses(cv::Mat::zeros(64, 64, CV_32FC3), points).worn);
}

TEST(Glasses, KeepTheFrameStillAndTheLidsFree) {
  const auto head = load_head_model(testing::models_folder() / "head.plhead");
  ASSERT_TRUE(head) << head.error().message;
  Glasses worn;
  worn.worn = true, worn.low_rim = .4f;
  const std::vector<float> weight = glasses_weight(*head, worn);
  ASSERT_EQ(weight.size(), static_cast<std::size_t>(head->face_end()));
  for (const HeadLoop lid : {HeadLoop::lid_right_upper, HeadLoop::lid_left_lower})
    for (const std::int32_t v : head->loop(lid)) EXPECT_EQ(weight[static_cast<std::size_t>(v)], 0);
  for (const std::int32_t v : head->loop(HeadLoop::lip_upper_outer))
    EXPECT_EQ(weight[static_cast<std::size_t>(v)], 0);
  const SurfacePoint& bridge = head->landmarks[6];
  EXPECT_GT(weight[static_cast<std::size_t>(bridge.vertices[0])], .95f);
  worn.dark = true;
  const std::vector<float> dark = glasses_weight(*head, worn);
  EXPECT_GT(dark[static_cast<std::size_t>(head->loop(HeadLoop::lid_right_upper)[8])], .95f);
  EXPECT_TRUE(glasses_weight(*head, {}).empty());
}

}  // namespace
}  // namespace parlante
