#include "avatar/own_teeth.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "avatar/models.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

using testing::models;

constexpr int kSize = 1024;
const cv::Vec3f kLip(190, 105, 105), kTooth(215, 195, 170);

// The mean head that shows its upper teeth, in a picture of nothing but lips and teeth.
class OwnTeeth : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(models().head) << models().head.error().message;
    fit.camera = {1.6 * kSize, .5 * kSize, .5 * kSize};
    fit.rotation.setIdentity();
    fit.translation = {0, 0, -60};
    fit.base = head().neutral;
    fit.residual.assign(fit.base.size(), Vec3f::Zero());
    for (const Blendshape shows : {Blendshape::mouthUpperUpLeft, Blendshape::mouthUpperUpRight,
                                   Blendshape::mouthLowerDownLeft, Blendshape::mouthLowerDownRight})
      fit.expression[shows] = 1;
    fit.expression[Blendshape::jawOpen] = .15f;
    geometry.emplace(head(), fit, landmarks, kSize);
    photo = cv::Mat(kSize, kSize, CV_32FC3, cv::Scalar(kLip[0], kLip[1], kLip[2]));
  }
  const HeadModel& head() const { return *models().head; }
  std::size_t vertex(std::size_t crown, std::size_t point) const {
    return static_cast<std::size_t>(head().part(HeadPart::teeth_upper).begin) + crown * kCrown + point;
  }
  // From where to where a crown reaches sideways, cm.
  std::pair<float, float> sides(const std::vector<Vec3f>& base, std::size_t crown) const {
    std::pair<float, float> out{1e9f, -1e9f};
    for (std::size_t k = 0; k < kCrown; ++k) {
      const float x = base[vertex(crown, k)].x();
      out = {std::min(out.first, x), std::max(out.second, x)};
    }
    return out;
  }
  float width(const std::vector<Vec3f>& base, std::size_t crown) const {
    return sides(base, crown).second - sides(base, crown).first;
  }
  // A white band between the lips.
  void paint_band() {
    cv::Mat open = cv::Mat::zeros(photo.size(), CV_8U);
    fill_polygon(open, geometry->ring(HeadLoop::lip_upper_inner, HeadLoop::lip_lower_inner));
    photo.setTo(cv::Scalar(kTooth[0], kTooth[1], kTooth[2]), open);
    ASSERT_GT(cv::countNonZero(open), 1000);
  }
  // Dark lines on it where the crowns meet when all are `wider` times as wide.
  void paint_gaps(float wider) {
    const cv::Mat band = photo.clone();
    for (std::size_t crown = 0; crown < 10; ++crown) {
      const auto [from, to] = sides(fit.base, crown);
      const float outer = crown % 2 == 0 ? to : from;
      Vec3f p = fit.base[vertex(crown, 0)];
      for (const float x : {crown < 2 ? 0.f : outer, outer}) {
        p.x() = wider * x;
        const Vec2d at = fit.camera.project((geometry->rotation * p + geometry->translation).cast<double>());
        for (int y = 0; y < kSize; ++y)
          for (int k = -1; k <= 1; ++k) {
            const int column = static_cast<int>(at.x()) + k;
            if (band.at<cv::Vec3f>(y, column)[1] > 150)
              photo.at<cv::Vec3f>(y, column) = band.at<cv::Vec3f>(y, column) * .5f;
          }
      }
    }
  }

  HeadFit fit;
  Landmarks landmarks{};
  std::optional<PhotoGeometry> geometry;
  cv::Mat photo;
};

TEST_F(OwnTeeth, AreAsWideAsThePhotoShowsThem) {
  for (const float wider : {.88f, 1.f, 1.1f}) {
    SetUp();
    paint_band();
    paint_gaps(wider);
    std::vector<Vec3f> base = fit.base;
    take_own_teeth(*geometry, photo, kLip, base);
    ASSERT_NE(base, fit.base) << wider;
    for (const std::size_t crown : {0u, 1u, 2u, 3u})
      EXPECT_NEAR(width(base, crown), wider * width(fit.base, crown), .09f) << wider << ", crown " << crown;
  }
}

TEST_F(OwnTeeth, ADarkCrownIsDarkerThanItsNeighbours) {
  paint_band();
  paint_gaps(1);
  const auto [from, to] = sides(fit.base, 0);
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x) {
      const float at = (static_cast<float>(x) - .5f * kSize) * 51 / (1.6f * kSize);  // its face is 51 cm away
      if (at > from && at < to) photo.at<cv::Vec3f>(y, x) *= .92f;
    }
  std::vector<Vec3f> base = fit.base;
  const auto lights = take_own_teeth(*geometry, photo, kLip, base);
  EXPECT_LT(lights[0], -.02f);
  EXPECT_GT(lights[1], 0);
}

TEST_F(OwnTeeth, AreTheModelsWhereThePhotoShowsLipsOrAWhiteBand) {
  std::vector<Vec3f> base = fit.base;
  const std::array<float, kCrowns> none{};
  EXPECT_EQ(take_own_teeth(*geometry, photo, kLip, base), none);
  paint_band();
  EXPECT_EQ(take_own_teeth(*geometry, photo, kLip, base), none);
  cv::RNG noise(7);
  noise.fill(photo, cv::RNG::UNIFORM, 0, 255);
  EXPECT_EQ(take_own_teeth(*geometry, photo, kLip, base), none);
  photo.setTo(cv::Scalar::all(0));
  EXPECT_EQ(take_own_teeth(*geometry, photo, cv::Vec3f(0, 0, 0), base), none);
  EXPECT_EQ(base, fit.base);
}

}  // namespace
}  // namespace parlante
