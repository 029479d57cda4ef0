#include "avatar/pixels.hpp"

#include <array>
#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"

namespace parlante {
namespace {

std::vector<cv::Point> whole(std::span<const Vec2f> points) {
  std::vector<cv::Point> out;
  for (const Vec2f& p : points) out.emplace_back(cvRound(p.x()), cvRound(p.y()));
  return out;
}

}  // namespace

cv::Mat to_float(const ImageU8& image) {
  const cv::Mat view(image.height, image.width, CV_8UC(image.channels),
                     const_cast<std::uint8_t*>(image.pixels.data()));
  cv::Mat out;
  view.convertTo(out, CV_32F);
  return out;
}

ImageU8 to_u8(const cv::Mat& picture) {
  ImageU8 out(picture.cols, picture.rows, picture.channels());
  cv::Mat view(out.height, out.width, CV_8UC(out.channels), out.pixels.data());
  picture.convertTo(view, CV_8U);
  return out;
}

Patch cut_patch(const cv::Mat& picture, const cv::Rect& rect) {
  return {{rect.x, rect.y, rect.width, rect.height}, to_u8(picture(rect))};
}

cv::Mat luma(const cv::Mat& rgb) {
  cv::Mat out;
  cv::cvtColor(rgb, out, cv::COLOR_RGB2GRAY);
  return out;
}

void fill_polygon(cv::Mat& mask, std::span<const Vec2f> corners) {
  cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{whole(corners)}, 1);
}

void fill_convex_hull(cv::Mat& mask, std::span<const Vec2f> points) {
  std::vector<cv::Point> hull;
  cv::convexHull(whole(points), hull);
  cv::fillConvexPoly(mask, hull, 1);
}

cv::Mat distance_inside(const cv::Mat& mask) {
  cv::Mat out;
  cv::distanceTransform(mask, out, cv::DIST_L2, 5);
  return out;
}

cv::Mat blurred(const cv::Mat& picture, double sigma) {
  cv::Mat out;
  cv::GaussianBlur(picture, out, {}, sigma);
  return out;
}

cv::Mat disc(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius + 1, 2 * radius + 1});
}
cv::Mat square(int radius) {
  return cv::Mat::ones(2 * radius + 1, 2 * radius + 1, CV_8U);
}

cv::Rect box_around(std::span<const Vec2f> points, float margin, int size) {
  Vec2f low = points.front(), high = points.front();
  for (const Vec2f& p : points) {
    low = low.cwiseMin(p);
    high = high.cwiseMax(p);
  }
  const auto inside = [size](float v) { return std::clamp(static_cast<int>(v), 0, size - 1); };
  const cv::Point a(inside(low.x() - margin), inside(low.y() - margin));
  const cv::Point b(inside(high.x() + margin) + 1, inside(high.y() + margin) + 1);
  return {a, b};
}

cv::Vec3f percentile(const cv::Mat& rgb, const cv::Mat& mask, double fraction, const cv::Vec3f& otherwise) {
  std::array<std::vector<float>, 3> values;
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x)
      if (mask.empty() || mask.at<std::uint8_t>(y, x))
        for (int c = 0; c < 3; ++c) values[static_cast<std::size_t>(c)].push_back(rgb.at<cv::Vec3f>(y, x)[c]);
  cv::Vec3f out;
  for (int c = 0; c < 3; ++c)
    out[c] = percentile(std::move(values[static_cast<std::size_t>(c)]), fraction, otherwise[c]);
  return out;
}

}  // namespace parlante
