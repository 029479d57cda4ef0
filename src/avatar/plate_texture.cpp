#include "avatar/plate_texture.hpp"

#include <opencv2/imgproc.hpp>
#include <vector>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"

namespace parlante {
namespace {

constexpr float kLowPassCm = .6f;  // standard deviation that parts low frequencies from texture
constexpr float kTextureFromCm = 7,
                kTextureToCm = 5;  // deeper inside, where no pose looks, texture fades out

/// Gaussian mean of the visible background alone, quarter size inside; 0 where none is near.
cv::Mat background_mean(const cv::Mat& photo, const cv::Mat& visible, double sigma_px) {
  constexpr int kShrink = 4;
  cv::Mat weighted, weight, mean;
  cv::Mat visible3;
  cv::merge(std::vector<cv::Mat>(3, visible), visible3);
  const cv::Size small(photo.cols / kShrink, photo.rows / kShrink);
  cv::resize(photo.mul(visible3), weighted, small, 0, 0, cv::INTER_AREA);
  cv::resize(visible, weight, small, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(weighted, weighted, {}, sigma_px / kShrink);
  cv::GaussianBlur(weight, weight, {}, sigma_px / kShrink);
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) {
      const float w = weight.at<float>(y, x);
      weighted.at<cv::Vec3f>(y, x) *= w > 1e-4f ? 1 / w : 0;
    }
  }
  cv::resize(weighted, mean, photo.size(), 0, 0, cv::INTER_LINEAR);
  return mean;
}

}  // namespace

cv::Mat textured_background(const cv::Mat& photo, const cv::Mat& hole, float px_per_cm) {
  cv::Mat visible(photo.size(), CV_32F);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x) visible.at<float>(y, x) = hole.at<std::uint8_t>(y, x) ? 0.f : 1.f;
  const cv::Mat mean = background_mean(photo, visible, kLowPassCm * px_per_cm);

  cv::Mat low, low_hole, filled;
  cv::resize(mean, low, {photo.cols / 2, photo.rows / 2}, 0, 0, cv::INTER_AREA);
  cv::resize(hole, low_hole, low.size(), 0, 0, cv::INTER_NEAREST);
  fill_membrane(low, low_hole);
  cv::resize(low, filled, photo.size(), 0, 0, cv::INTER_LINEAR);

  // The nearest visible pixel of each hidden one: labels number the visible pixels.
  cv::Mat distance, labels;
  cv::distanceTransform(hole, distance, labels, cv::DIST_L2, cv::DIST_MASK_5, cv::DIST_LABEL_PIXEL);
  std::vector<cv::Point> rim(static_cast<std::size_t>(photo.total()) + 1);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x)
      if (!hole.at<std::uint8_t>(y, x)) rim[static_cast<std::size_t>(labels.at<int>(y, x))] = {x, y};

  cv::Mat out = photo.clone();
  const cv::Rect inside(0, 0, photo.cols, photo.rows);
  for (int y = 0; y < photo.rows; ++y) {
    for (int x = 0; x < photo.cols; ++x) {
      if (!hole.at<std::uint8_t>(y, x)) continue;
      cv::Vec3f& pixel = out.at<cv::Vec3f>(y, x);
      pixel = filled.at<cv::Vec3f>(y, x);
      const cv::Point mirrored = 2 * rim[static_cast<std::size_t>(labels.at<int>(y, x))] - cv::Point(x, y);
      if (!mirrored.inside(inside) || hole.at<std::uint8_t>(mirrored)) continue;
      const float share = smoothstep(kTextureFromCm, kTextureToCm, distance.at<float>(y, x) / px_per_cm);
      pixel += (photo.at<cv::Vec3f>(mirrored) - mean.at<cv::Vec3f>(mirrored)) * share;
    }
  }
  return out;
}

}  // namespace parlante
