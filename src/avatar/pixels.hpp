// Between our pictures and OpenCV's, for preparation only. Working pictures are CV_32FC3, RGB 0..255.
#pragma once

#include <algorithm>
#include <opencv2/core.hpp>
#include <span>
#include <vector>

#include "avatar/avatar.hpp"

namespace parlante {

cv::Mat to_float(const ImageU8& image);
/// Rounded and clipped.
ImageU8 to_u8(const cv::Mat& picture);
Patch cut_patch(const cv::Mat& picture, const cv::Rect& rect);

/// The Rec. 601 luma of an RGB picture.
cv::Mat luma(const cv::Mat& rgb);
inline float luma(const cv::Vec3f& rgb) noexcept {
  return .299f * rgb[0] + .587f * rgb[1] + .114f * rgb[2];
}

/// The value at (x, y) px, where a pixel's own stands at its middle; what lies beyond the edge is as the
/// edge. `picture`: of T.
template <typename T>
T bilinear(const cv::Mat& picture, float x, float y) noexcept {
  x = std::clamp(x - .5f, 0.f, static_cast<float>(picture.cols - 1));
  y = std::clamp(y - .5f, 0.f, static_cast<float>(picture.rows - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y), x1 = std::min(x0 + 1, picture.cols - 1),
            y1 = std::min(y0 + 1, picture.rows - 1);
  const float u = x - static_cast<float>(x0), v = y - static_cast<float>(y0);
  const auto row = [&](int j) -> T { return picture.at<T>(j, x0) * (1 - u) + picture.at<T>(j, x1) * u; };
  return row(y0) * (1 - v) + row(y1) * v;
}

/// 1 inside the polygon whose corners are rounded to whole pixels.
void fill_polygon(cv::Mat& mask, std::span<const Vec2f> corners);
void fill_convex_hull(cv::Mat& mask, std::span<const Vec2f> points);
/// Distance in px of each non-zero pixel to the nearest zero one.
cv::Mat distance_inside(const cv::Mat& mask);
cv::Mat blurred(const cv::Mat& picture, double sigma);
/// Ellipse of radius `radius` px (a disc), for erosion and dilation.
cv::Mat disc(int radius);
/// A square of side 2 radius + 1.
cv::Mat square(int radius);
/// The box around points grown by `margin`, inside a picture of side `size`; never empty.
cv::Rect box_around(std::span<const Vec2f> points, float margin, int size);
/// Per channel percentile of the pixels where `mask` is set.
cv::Vec3f percentile(const cv::Mat& rgb, const cv::Mat& mask, double fraction, const cv::Vec3f& otherwise);

}  // namespace parlante
