#include <gtest/gtest.h>

#include "avatar/depth_raster.hpp"
#include "avatar/guided_filter.hpp"
#include "avatar/light.hpp"
#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/photo_noise.hpp"
#include "avatar/pixels.hpp"
#include "avatar/sharpness.hpp"
#include "core/curves.hpp"
#include "core/random.hpp"

namespace parlante {

TEST(Membrane, ContinuesARampAcrossAHoleExactly) {
  // a linear picture is harmonic, so the film in a hole inside it is the picture itself
  cv::Mat ramp(200, 300, CV_32FC3), unknown = cv::Mat::zeros(ramp.size(), CV_8U);
  for (int y = 0; y < ramp.rows; ++y)
    for (int x = 0; x < ramp.cols; ++x)
      ramp.at<cv::Vec3f>(y, x) = {static_cast<float>(x) / 2, static_cast<float>(y),
                                  100.0f - static_cast<float>(x + y) / 8};
  unknown(cv::Rect(60, 40, 150, 120)).setTo(1);
  cv::Mat filled = ramp.clone();
  filled.setTo(cv::Scalar::all(-1000), unknown);  // what a hole holds must not matter
  fill_membrane(filled, unknown);
  EXPECT_LT(cv::norm(filled, ramp, cv::NORM_INF), 1.5);
}

TEST(Membrane, KeepsKnownPixelsAndStaysWithinThem) {
  Random random(3);
  cv::Mat picture(130, 97, CV_32F), unknown(picture.size(), CV_8U);
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      picture.at<float>(y, x) = static_cast<float>(random.uniform(20, 30));
      unknown.at<std::uint8_t>(y, x) = random.uniform() < .9;
    }
  cv::Mat filled = picture.clone();
  fill_membrane(filled, unknown);
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      if (!unknown.at<std::uint8_t>(y, x)) {
        ASSERT_EQ(filled.at<float>(y, x), picture.at<float>(y, x));
      }
      ASSERT_GT(filled.at<float>(y, x), 19);
      ASSERT_LT(filled.at<float>(y, x), 31);
    }
}

TEST(Membrane, SurvivesPicturesWithNothingKnownAndOddSizes) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 200), cv::Size(301, 50), cv::Size(64, 65)}) {
    cv::Mat picture(size, CV_32F, cv::Scalar(7)), unknown(size, CV_8U, cv::Scalar(1));
    fill_membrane(picture, unknown);
    EXPECT_EQ(cv::countNonZero(picture), 0) << size;
    picture.setTo(7);
    unknown.at<std::uint8_t>(0, 0) = 0;
    picture.at<float>(0, 0) = 5;
    fill_membrane(picture, unknown);
    EXPECT_LT(cv::norm(picture - 5, cv::NORM_INF), 2.5) << size;
  }
}

TEST(DepthRaster, ShowsTheNearerOfTwoTriangles) {
  const std::vector<Vec3f> points = {{0, 0, -10}, {40, 0, -10}, {0, 40, -10},
                                     {0, 0, -5},  {20, 0, -5},  {0, 20, -5}};
  const std::vector<Triangle> triangles = {{3, 4, 5}, {0, 1, 2}};
  DepthRaster raster(32, 32);
  raster.draw(points, triangles);
  EXPECT_EQ(raster.triangle(2, 2), 0);
  EXPECT_EQ(raster.triangle(15, 15), 1);
  EXPECT_FALSE(raster.covered(31, 31));
  EXPECT_FLOAT_EQ(raster.depth(2, 2), -5);
  const SurfacePoint p = raster.surface(15, 15);
  Vec3f back = Vec3f::Zero();
  for (std::size_t k = 0; k < 3; ++k) back += p.weights[k] * points[static_cast<std::size_t>(p.vertices[k])];
  EXPECT_LT((back - Vec3f(15.5f, 15.5f, -10)).norm(), 1e-4f);
}

TEST(DepthRaster, LeavesOutWhatLiesOutsideOrIsNoTriangle) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Vec3f> points = {
      {-1e9f, -1e9f, 0}, {-1e8f, -1e9f, 0}, {-1e9f, -1e8f, 0}, {nan, nan, nan}, {5, 5, 0}};
  DepthRaster raster(16, 16);
  raster.draw(points, std::vector<Triangle>{{0, 1, 2}, {3, 4, 4}, {4, 4, 4}});
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x) EXPECT_FALSE(raster.covered(x, y));
}

TEST(GuidedFilter, PutsASoftEdgeWhereTheGuideHasOne) {
  cv::Mat guide(60, 60, CV_32FC3, cv::Scalar(.2, .3, .4)), mask(60, 60, CV_32F, cv::Scalar(0));
  guide(cv::Rect(30, 0, 30, 60)).setTo(cv::Scalar(.8, .7, .2));
  mask(cv::Rect(33, 0, 27, 60)).setTo(1);  // the mask is three pixels off
  const cv::Mat out = guided_filter(guide, mask, 8, 1e-5f);
  EXPECT_LT(out.at<float>(30, 29), .1f);
  EXPECT_GT(out.at<float>(30, 30), .45f);
  EXPECT_GT(out.at<float>(30, 32) - out.at<float>(30, 28), .5f);
}

TEST(Noise, IsMeasuredByLumaInSpiteOfEdges) {
  Random random(4);
  cv::Mat photo(1024, 1024, CV_32FC3);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) {
      const bool light = x > 512;
      const float level = light ? 176.0f : 80.0f, deviation = light ? 4.0f : 1.5f;
      const float edge = (x / 16 + y / 16) % 9 == 0 ? 30.0f : 0.0f;  // tiles
      const float value = level + edge + deviation * static_cast<float>(random.normal());
      photo.at<cv::Vec3f>(y, x) = cv::Vec3f::all(value);
    }
  const PhotoNoise noise = photo_noise(photo);
  EXPECT_LT(noise.sigma_px, .4);
  EXPECT_NEAR(noise.deviation[2], 1.5, .3);
  EXPECT_NEAR(noise.deviation[5], 4.0, .6);
  for (float n : noise.deviation) {
    EXPECT_GT(n, 1);  // levels that the photo lacks have their neighbours' noise
    EXPECT_LE(n, 8);
  }
}

cv::Mat grey_with(float deviation, double sigma, std::uint64_t seed) {
  Random random(seed);
  cv::Mat noise(512, 512, CV_32F);
  for (auto it = noise.begin<float>(); it != noise.end<float>(); ++it)
    *it = static_cast<float>(random.normal());
  if (sigma > 0) noise = blurred(noise, sigma);
  cv::Scalar mean, spread;
  cv::meanStdDev(noise, mean, spread);
  cv::Mat photo(512, 512, CV_32FC3);
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x)
      photo.at<cv::Vec3f>(y, x) =
          cv::Vec3f::all(110 + deviation * (noise.at<float>(y, x) - static_cast<float>(mean[0])) /
                                   static_cast<float>(spread[0]));
  return photo;
}

TEST(Noise, OfAnEnlargedPhotoIsCoarseAndNotUnderrated) {
  const PhotoNoise noise = photo_noise(grey_with(3, 1, 5));
  EXPECT_NEAR(noise.sigma_px, 1, .25);
  EXPECT_NEAR(noise.deviation[3], 3, .6);
}

TEST(Noise, LeavesAreNotNoise) {
  cv::Mat photo = grey_with(.4f, 0, 6);
  const cv::Mat leaves = grey_with(14, .9, 7) + cv::Scalar::all(60);
  leaves(cv::Rect(0, 0, 512, 380)).copyTo(photo(cv::Rect(0, 0, 512, 380)));  // a calm strip is left below
  const PhotoNoise noise = photo_noise(photo);
  EXPECT_LT(noise.deviation[3], .8);
  EXPECT_LT(noise.deviation[5], 1.6);
}

TEST(Noise, IsTakenAwayAndEdgesStay) {
  cv::Mat photo = grey_with(3, .6, 8);
  photo(cv::Rect(256, 0, 256, 512)) += cv::Scalar::all(60);
  ImageU8 picture = to_u8(photo);
  take_noise_away(picture, photo_noise(photo));
  cv::Scalar mean, spread;
  const cv::Mat after = luma(to_float(picture));
  cv::meanStdDev(after(cv::Rect(20, 20, 200, 400)), mean, spread);
  EXPECT_LT(spread[0], 1.5);
  double step = 0;
  for (int y = 50; y < 450; ++y) step += (after.at<float>(y, 258) - after.at<float>(y, 253)) / 400.;
  EXPECT_NEAR(step, 60, 2);
}

/// Landmarks all over a picture of 512 px: only their box counts.
Landmarks everywhere() {
  Landmarks face;
  for (std::size_t i = 0; i < face.size(); ++i)
    face[i] = {static_cast<float>(i % 22) * 24, static_cast<float>(i / 22) * 24, 0};
  return face;
}

TEST(Sharpness, IsThatOfTheSharpestEdges) {
  cv::Mat photo(512, 512, CV_32FC3, cv::Scalar::all(60));
  for (int x = 0; x < 512; x += 64) photo(cv::Rect(x, 0, 32, 512)).setTo(cv::Scalar::all(180));
  for (const double blur : {1.0, 1.6, 2.5}) {
    const cv::Mat soft = blurred(photo, blur);
    EXPECT_NEAR(edge_blur_px(soft, everywhere()), std::hypot(blur, .5), .25) << blur;
  }
}

TEST(Sharpness, OfAPictureWithoutEdgesCountsAsSharp) {
  EXPECT_FLOAT_EQ(edge_blur_px(cv::Mat(512, 512, CV_32FC3, cv::Scalar::all(90)), everywhere()), .7f);
  EXPECT_FLOAT_EQ(edge_blur_px(cv::Mat(16, 16, CV_32FC3, cv::Scalar::all(90)), everywhere()), .7f);
}

TEST(Numeric, SmoothStepsAndPercentilesAreWhatTheyAreCalled) {
  EXPECT_EQ(smoothstep(1, 2, .5f), 0);
  EXPECT_EQ(smoothstep(1, 2, 3), 1);
  EXPECT_EQ(smoothstep(2, 1, 1.5f), .5f);
  EXPECT_EQ(smoothstep(2, 1, 0), 1);
  EXPECT_FLOAT_EQ(percentile({4, 1, 3, 2}, .5), 2.5f);
  EXPECT_FLOAT_EQ(percentile({4, 1, 3, 2}, 1), 4);
  EXPECT_EQ(median({}, 9), 9);
  const Curve curve({{2, 20}, {0, 0}, {1, 5}});
  EXPECT_FLOAT_EQ(curve(-3), 0);
  EXPECT_FLOAT_EQ(curve(.5f), 2.5f);
  EXPECT_FLOAT_EQ(curve(1.5f), 12.5f);
  EXPECT_FLOAT_EQ(curve(9), 20);
}

}  // namespace parlante
