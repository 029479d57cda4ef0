#include "avatar/layers.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/patch_fill.hpp"
#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr float kHoleCm = .3f;        // the plate is made anew this far around the person
constexpr float kHoleBelowCm = .15f;  // beside shoulders, where nothing moves far
constexpr float kAvoidCm = .9f;       // and not from what lies this near: stray hair, shadow, blur
constexpr float kUncoveredCm = 6, kUncoveredBelowChinCm = 5;
constexpr int kForegroundSweeps = 20;
constexpr float kHairContrast = 35;  // of 255

cv::Mat painted_out(const cv::Mat& photo, const cv::Mat& hole) {
  cv::Mat small, small_hole, out;
  cv::resize(photo, small, {photo.cols / 2, photo.rows / 2}, 0, 0, cv::INTER_AREA);
  cv::resize(hole, small_hole, small.size(), 0, 0, cv::INTER_NEAREST);
  fill_membrane(small, small_hole);
  cv::resize(small, out, photo.size(), 0, 0, cv::INTER_CUBIC);
  return out;
}

}  // namespace

PhotoLayers part_layers(const PhotoGeometry& g, const cv::Mat& photo, const cv::Mat& matte) {
  const int size = photo.rows;
  const float k = g.px_per_cm, chin = g.landmark(152).y();
  const cv::Mat& alpha = matte;
  const cv::Mat distance = distance_inside((alpha <= .04) / 255);
  cv::Mat hole(photo.size(), CV_8U), avoid(photo.size(), CV_8U), soft(photo.size(), CV_32F);
  for (int y = 0; y < size; ++y) {
    const float reach = k * (kHoleCm + smoothstep(chin + 2 * k, chin + 4 * k, static_cast<float>(y)) *
                                           (kHoleBelowCm - kHoleCm));
    for (int x = 0; x < size; ++x) {
      const float d = distance.at<float>(y, x);
      hole.at<std::uint8_t>(y, x) = d < reach;
      avoid.at<std::uint8_t>(y, x) = d < kAvoidCm * k;
      soft.at<float>(y, x) = smoothstep(reach, .6f * reach, d);
    }
  }
  const cv::Mat smooth_plate = painted_out(photo, hole);

  // Turning and nodding uncover what lies a few cm inside the outline of head and neck, nothing else.
  const cv::Mat depth = distance_inside(hole);
  cv::Mat uncovered(photo.size(), CV_8U);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      uncovered.at<std::uint8_t>(y, x) = depth.at<float>(y, x) < kUncoveredCm * k &&
                                         static_cast<float>(y) < chin + kUncoveredBelowChinCm * k;
  cv::Mat plate = photo.clone();
  fill_by_patches(plate, hole, uncovered, avoid);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      if (!hole.at<std::uint8_t>(y, x)) continue;
      const float h = soft.at<float>(y, x);
      cv::Vec3f& p = plate.at<cv::Vec3f>(y, x);
      p = photo.at<cv::Vec3f>(y, x) * (1 - h) + p * h;
    }

  // Foreground without the background's share: F = (I - (1 - a) B) / a, extended from inside where a is
  // small.
  cv::Mat foreground = photo.clone();
  fill_membrane(foreground, alpha <= .97, kForegroundSweeps);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float a = alpha.at<float>(y, x);
      if (a > .97f || a < .25f) continue;
      const cv::Vec3f own =
          (photo.at<cv::Vec3f>(y, x) - smooth_plate.at<cv::Vec3f>(y, x) * (1 - a)) / std::max(a, .05f);
      const float share = smoothstep(.25f, .8f, a);
      cv::Vec3f& f = foreground.at<cv::Vec3f>(y, x);
      f = own * share + f * (1 - share);
    }
  return {alpha, plate, foreground};
}

ImageU8 pad_crown(const PhotoLayers& layers, int pad) {
  const int size = layers.alpha.rows;
  cv::Mat rgba(size + pad, size, CV_32FC4);
  for (int y = 0; y < size + pad; ++y)
    for (int x = 0; x < size; ++x) {
      const int row = std::abs(y - pad);  // mirrored above the edge
      const cv::Vec3f& c = layers.foreground.at<cv::Vec3f>(row, x);
      rgba.at<cv::Vec4f>(y, x) = {c[0], c[1], c[2], y < pad ? 0 : 255 * layers.alpha.at<float>(row, x)};
    }
  const auto extent = [&](int row) {  // first and last column of the person
    int first = size, last = -1;
    for (int x = 0; x < size; ++x)
      if (layers.alpha.at<float>(row, x) > .5f) first = std::min(first, x), last = x;
    return std::pair{first, last};
  };
  const int further = static_cast<int>(.09f * static_cast<float>(size));
  const auto [left, right] = extent(2);
  const auto [lower_left, lower_right] = extent(2 + further);
  if (right - left <= 10 || lower_right <= lower_left) return to_u8(rgba);
  // Hair stands out from the background beside it; what does not is a wall that the matte took for hair.
  std::vector<float> contrast;
  for (int x = left; x <= right; ++x) {
    const cv::Vec3f d = layers.foreground.at<cv::Vec3f>(2, x) - layers.plate.at<cv::Vec3f>(2, x);
    contrast.push_back(std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])}));
  }
  if (median(std::move(contrast)) < kHairContrast) return to_u8(rgba);
  // The circle through the outline's half widths at the edge and `further` rows below it.
  const float a = static_cast<float>(right - left) / 2, b = static_cast<float>(lower_right - lower_left) / 2,
              q = static_cast<float>(further), centre = static_cast<float>(left + right) / 2;
  const float drop = std::max((b * b - a * a + q * q) / (2 * q), 1.0f), radius = std::hypot(a, drop);
  for (int y = 0; y < pad; ++y)
    for (int x = 0; x < size; ++x) {
      const float e = std::hypot(static_cast<float>(x) - centre, static_cast<float>(y - pad) - drop) / radius;
      // what is mirrored into the cap may itself lie beside the person
      const float person = layers.alpha.at<float>(pad - y, x);
      rgba.at<cv::Vec4f>(y, x)[3] = 255 * person * smoothstep(1 + 3 / radius, 1 - 3 / radius, e);
    }
  return to_u8(rgba);
}

}  // namespace parlante
