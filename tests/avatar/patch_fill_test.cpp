#include "avatar/patch_fill.hpp"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "core/random.hpp"

namespace parlante {
namespace {

constexpr int kSize = 256;

cv::Mat round_hole() {
  cv::Mat hole(kSize, kSize, CV_8U, cv::Scalar(0));
  cv::circle(hole, {kSize / 2, kSize / 2}, 50, cv::Scalar(1), cv::FILLED);
  return hole;
}

cv::Mat filled(const cv::Mat& photo) {
  const cv::Mat hole = round_hole(), avoid = cv::Mat::zeros(hole.size(), CV_8U);
  cv::Mat out = photo.clone();
  fill_by_patches(out, hole, hole, avoid);
  return out;
}

/// Standard deviation of the first channel over a ring around the middle.
double roughness(const cv::Mat& picture, double from, double to) {
  double sum = 0, squares = 0;
  int n = 0;
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const double r = std::hypot(x - kSize / 2, y - kSize / 2);
      if (r < from || r > to) continue;
      const double value = picture.at<cv::Vec3f>(y, x)[0];
      sum += value, squares += value * value, ++n;
    }
  return std::sqrt(squares / n - sum * sum / n / n);
}

}  // namespace

TEST(PatchFill, AHedgeGoesOnBehindTheHead) {
  cv::Mat photo(kSize, kSize, CV_32FC3);
  Random random(3);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      photo.at<cv::Vec3f>(y, x) = cv::Vec3f::all(static_cast<float>(120 + 90 * random.normal()));
  cv::GaussianBlur(photo, photo, {}, 1.5);
  const cv::Mat out = filled(photo);
  const double outside = roughness(photo, 55, 90);
  EXPECT_GT(roughness(out, 10, 48), .7 * outside);
  EXPECT_LT(roughness(out, 10, 48), 1.3 * outside);
}

TEST(PatchFill, ThingsBesideTheHeadAreNotPutBehindItAgain) {
  // a plain wall with a dark post near the hole's left rim
  const int side = 2 * kSize;
  const cv::Rect hidden(200, 100, 112, 312), post(168, 0, 12, side);
  cv::Mat photo(side, side, CV_32FC3, cv::Scalar(200, 195, 180));
  Random random(5);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      photo.at<cv::Vec3f>(y, x) += cv::Vec3f::all(static_cast<float>(3 * random.normal()));
  photo(post).setTo(cv::Scalar(40, 30, 30));
  cv::Mat hole(side, side, CV_8U, cv::Scalar(0));
  hole(hidden).setTo(1);
  fill_by_patches(photo, hole, hole, cv::Mat::zeros(hole.size(), CV_8U));
  int dark = 0;
  for (int y = hidden.y; y < hidden.br().y; ++y)
    for (int x = hidden.x; x < hidden.br().x; ++x) dark += photo.at<cv::Vec3f>(y, x)[0] < 150;
  EXPECT_EQ(dark, 0);
}

TEST(PatchFill, AShelfGoesOnBehindTheHead) {
  // a light wall above, a dark board, a grey cupboard below
  cv::Mat photo(kSize, kSize, CV_32FC3);
  const auto board = [](int y) { return y >= 120 && y < 130; };
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      photo.at<cv::Vec3f>(y, x) = board(y)  ? cv::Vec3f(60, 40, 30)
                                  : y < 120 ? cv::Vec3f(220, 215, 200)
                                            : cv::Vec3f(130, 130, 130);
  cv::GaussianBlur(photo, photo, {}, 1);
  const cv::Mat truth = photo.clone();
  photo.setTo(cv::Scalar(200, 20, 20), round_hole());
  const cv::Mat out = filled(photo);
  double error = 0;
  int n = 0;
  for (int y = 80; y < 180; ++y)
    for (int x = 0; x < kSize; ++x)
      if (round_hole().at<std::uint8_t>(y, x))
        error += cv::norm(out.at<cv::Vec3f>(y, x) - truth.at<cv::Vec3f>(y, x)), ++n;
  EXPECT_LT(error / n, 12) << "of 255, mean; a membrane is off by about 60";
}

TEST(PatchFill, ASmoothWallStaysSmoothAndKeepsItsShade) {
  cv::Mat photo(kSize, kSize, CV_32FC3);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      photo.at<cv::Vec3f>(y, x) = cv::Vec3f(60.f + .4f * static_cast<float>(x), 90, 200);
  const cv::Mat out = filled(photo);
  for (int y = 0; y < kSize; y += 5)
    for (int x = 0; x < kSize; x += 5)
      for (int c = 0; c < 3; ++c)
        EXPECT_NEAR(out.at<cv::Vec3f>(y, x)[c], photo.at<cv::Vec3f>(y, x)[c], 6) << x << ' ' << y << ' ' << c;
}

TEST(PatchFill, WhatIsSeenIsLeftAloneAndNothingOfThePersonComesThrough) {
  cv::Mat photo(kSize, kSize, CV_32FC3, cv::Scalar(100, 100, 100));
  const cv::Mat hole = round_hole();
  photo.setTo(cv::Scalar(255, 0, 0), hole);
  photo.at<cv::Vec3f>(3, 5) = {7.25f, 8, 9};
  const cv::Mat out = filled(photo);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      if (!hole.at<std::uint8_t>(y, x)) {
        ASSERT_EQ(out.at<cv::Vec3f>(y, x), photo.at<cv::Vec3f>(y, x)) << x << ' ' << y;
      } else {
        for (int c = 0; c < 3; ++c) ASSERT_NEAR(out.at<cv::Vec3f>(y, x)[c], 100, 1) << x << ' ' << y;
      }
    }
}

TEST(PatchFill, APictureThatIsAllPersonStillComesToAnEnd) {
  cv::Mat photo(kSize, kSize, CV_32FC3, cv::Scalar(100, 100, 100));
  const cv::Mat hole(kSize, kSize, CV_8U, cv::Scalar(1));
  cv::Mat out = photo.clone();
  fill_by_patches(out, hole, hole, cv::Mat::zeros(hole.size(), CV_8U));
  EXPECT_TRUE(cv::checkRange(out));
  // and one whose every patch touches the person
  cv::Mat few = hole.clone();
  for (int i = 0; i < kSize; i += 5) few.at<std::uint8_t>(i, i) = 0;
  fill_by_patches(out, few, few, cv::Mat::zeros(hole.size(), CV_8U));
  EXPECT_TRUE(cv::checkRange(out));
}

}  // namespace parlante
