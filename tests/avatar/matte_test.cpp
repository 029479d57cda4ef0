// Opacity of hair against backgrounds of known opacity, drawn here.
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "avatar/closed_form_matte.hpp"
#include "avatar/colour_samples.hpp"
#include "core/random.hpp"

namespace parlante {
namespace {

constexpr int kSize = 200;

struct Scene {
  cv::Mat picture, truth, unknown, known;
};

/// Dark hair that ends in thin strands, before leaves.
Scene hair_before_leaves() {
  cv::Mat fine(4 * kSize, 4 * kSize, CV_8U, cv::Scalar(0));
  cv::rectangle(fine, {0, 0}, {4 * 80, 4 * kSize}, cv::Scalar(255), cv::FILLED);
  Random random(5);
  for (int i = 0; i < 40; ++i) {
    const cv::Point from(4 * 78, static_cast<int>(random.uniform(0, 4 * kSize)));
    const cv::Point to(4 * 78 + static_cast<int>(random.uniform(40, 120)),
                       from.y + static_cast<int>(random.uniform(-60, 60)));
    cv::line(fine, from, to, cv::Scalar(255), 3, cv::LINE_AA);
  }
  Scene s;
  cv::resize(fine, s.truth, {kSize, kSize}, 0, 0, cv::INTER_AREA);
  s.truth.convertTo(s.truth, CV_32F, 1 / 255.);
  cv::Mat leaves(kSize, kSize, CV_32FC3), grain(kSize, kSize, CV_32F);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) grain.at<float>(y, x) = static_cast<float>(random.normal());
  cv::GaussianBlur(grain, grain, {}, 3);
  s.picture.create(kSize, kSize, CV_32FC3);
  s.unknown = cv::Mat(kSize, kSize, CV_8U, cv::Scalar(0));
  s.known = s.truth.clone();
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const float g = std::clamp(.5f + 1.5f * grain.at<float>(y, x), 0.f, 1.f), a = s.truth.at<float>(y, x);
      const cv::Vec3f leaf(.25f + .4f * g, .45f + .4f * g, .1f + .2f * g), hair(.12f, .08f, .06f);
      s.picture.at<cv::Vec3f>(y, x) = hair * a + leaf * (1 - a);
      if (x >= 70 && x < 120) {
        s.unknown.at<std::uint8_t>(y, x) = 1;
        s.known.at<float>(y, x) = .5f;
      }
    }
  return s;
}

double error_of(const Scene& s, const cv::Mat& alpha) {
  double sum = 0;
  int n = 0;
  for (int y = 0; y < kSize; ++y)
    for (int x = 70; x < 120; ++x) sum += std::abs(alpha.at<float>(y, x) - s.truth.at<float>(y, x)), ++n;
  return sum / n;
}

}  // namespace

TEST(Matte, StrandsBeforeLeavesAreFound) {
  const Scene s = hair_before_leaves();
  const ColourGuess guess = guess_from_colours(s.picture, s.known, s.unknown, 60);
  MatteProblem problem{s.picture, s.unknown, guess.alpha.clone(), guess.alpha, guess.confidence * .1};
  const LinearMatte linear = solve_matte(problem, 60);
  EXPECT_LT(error_of(s, problem.alpha), .05);
  // the local linear functions say the same of the colours they were made from
  double apart = 0;
  for (int y = 1; y + 1 < kSize; ++y)
    for (int x = 71; x < 119; ++x)
      apart += std::abs(linear.slope.at<cv::Vec3f>(y, x).dot(s.picture.at<cv::Vec3f>(y, x)) +
                        linear.offset.at<float>(y, x) - problem.alpha.at<float>(y, x));
  EXPECT_LT(apart / (kSize * 48), .05);
}

TEST(Matte, KnownOpacityStaysAndAllOfItLiesBetweenNoneAndFull) {
  const Scene s = hair_before_leaves();
  const cv::Mat none(kSize, kSize, CV_32F, cv::Scalar(0));
  MatteProblem problem{s.picture, s.unknown, s.known.clone(), none, none};
  solve_matte(problem, 60);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const float a = problem.alpha.at<float>(y, x);
      ASSERT_TRUE(a >= 0 && a <= 1);
      if (!s.unknown.at<std::uint8_t>(y, x)) {
        ASSERT_EQ(a, s.truth.at<float>(y, x));
      }
    }
}

TEST(Matte, APictureOfOneColourIsDecidedByTheKnownPixelsAlone) {
  Scene s = hair_before_leaves();
  s.picture.setTo(cv::Scalar::all(.5));
  const ColourGuess guess = guess_from_colours(s.picture, s.known, s.unknown, 60);
  for (int y = 0; y < kSize; ++y)
    for (int x = 70; x < 120; ++x) ASSERT_LT(guess.confidence.at<float>(y, x), .01f);
  MatteProblem problem{s.picture, s.unknown, s.known.clone(), guess.alpha, guess.confidence};
  solve_matte(problem, 400);
  EXPECT_GT(problem.alpha.at<float>(kSize / 2, 72), .8f);
  EXPECT_LT(problem.alpha.at<float>(kSize / 2, 117), .2f);
}

}  // namespace parlante
