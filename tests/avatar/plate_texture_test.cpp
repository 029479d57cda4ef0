#include "avatar/plate_texture.hpp"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "core/random.hpp"

namespace parlante {
namespace {

constexpr int kSize = 256;
constexpr float kPxPerCm = 16;

cv::Mat round_hole() {
  cv::Mat hole(kSize, kSize, CV_8U, cv::Scalar(0));
  cv::circle(hole, {kSize / 2, kSize / 2}, 60, cv::Scalar(1), cv::FILLED);
  return hole;
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

TEST(PlateTexture, AHedgeGoesOnBehindTheHead) {
  cv::Mat photo(kSize, kSize, CV_32FC3);
  Random random(3);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      photo.at<cv::Vec3f>(y, x) = cv::Vec3f::all(static_cast<float>(120 + 40 * random.normal()));
  cv::GaussianBlur(photo, photo, {}, 1.5);
  const cv::Mat out = textured_background(photo, round_hole(), kPxPerCm);
  const double outside = roughness(photo, 62, 90);
  EXPECT_GT(roughness(out, 35, 58), .7 * outside);
  EXPECT_LT(roughness(out, 35, 58), 1.3 * outside);
}

TEST(PlateTexture, ASmoothWallStaysSmoothAndKeepsItsShade) {
  cv::Mat photo(kSize, kSize, CV_32FC3);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      photo.at<cv::Vec3f>(y, x) = cv::Vec3f(60.f + .4f * static_cast<float>(x), 90, 200);
  const cv::Mat out = textured_background(photo, round_hole(), kPxPerCm);
  for (int y = 0; y < kSize; y += 5)
    for (int x = 0; x < kSize; x += 5)
      for (int c = 0; c < 3; ++c)
        EXPECT_NEAR(out.at<cv::Vec3f>(y, x)[c], photo.at<cv::Vec3f>(y, x)[c], 6) << x << ' ' << y << ' ' << c;
}

TEST(PlateTexture, WhatIsSeenIsLeftAloneAndNothingOfThePersonComesThrough) {
  cv::Mat photo(kSize, kSize, CV_32FC3, cv::Scalar(100, 100, 100));
  const cv::Mat hole = round_hole();
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      if (hole.at<std::uint8_t>(y, x)) photo.at<cv::Vec3f>(y, x) = {255, 0, 0};
  const cv::Mat out = textured_background(photo, hole, kPxPerCm);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      for (int c = 0; c < 3; ++c) ASSERT_NEAR(out.at<cv::Vec3f>(y, x)[c], 100, 1) << x << ' ' << y;
}

}  // namespace parlante
