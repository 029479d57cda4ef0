#include "avatar/layers.hpp"

#include <opencv2/imgproc.hpp>

#include "avatar/membrane.hpp"
#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "avatar/plate_texture.hpp"

namespace parlante {
namespace {

constexpr float kHoleCm = 1.3f;       // the plate is made anew this far around the person
constexpr float kHoleBelowCm = .15f;  // beside shoulders, where nothing moves far
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
  const float k = g.px_per_cm;
  const int shoulders = static_cast<int>(g.landmark(152).y() + 3 * k);  // rows above belong to the head
  cv::Mat alpha = matte.clone();
  const cv::Mat distance = distance_inside((alpha <= .02) / 255);
  cv::Mat hole(photo.size(), CV_8U);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      hole.at<std::uint8_t>(y, x) = distance.at<float>(y, x) < (y < shoulders ? kHoleCm : kHoleBelowCm) * k;
  const cv::Mat smooth_plate = painted_out(photo, hole);

  // Stray hair near the rim becomes foreground by its difference from the clean plate.
  const cv::Mat calm = blurred(photo, .7);
  cv::Mat difference(photo.size(), CV_32F), stray(photo.size(), CV_32F, cv::Scalar(0));
  std::vector<float> ring;
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const cv::Vec3f d = calm.at<cv::Vec3f>(y, x) - smooth_plate.at<cv::Vec3f>(y, x);
      const float largest = std::max({std::abs(d[0]), std::abs(d[1]), std::abs(d[2])});
      difference.at<float>(y, x) = largest;
      if (hole.at<std::uint8_t>(y, x) && distance.at<float>(y, x) > 0) ring.push_back(largest);
    }
  const float noise = median(std::move(ring), 5);
  for (int y = 0; y < std::min(shoulders, size); ++y)
    for (int x = 0; x < size; ++x) {
      const float away = distance.at<float>(y, x) / k;
      if (away < kHoleCm)
        stray.at<float>(y, x) = smoothstep(8 + 1.2f * noise, 34 + 2.5f * noise, difference.at<float>(y, x)) *
                                (1 - smoothstep(.6f * kHoleCm, kHoleCm, away));
    }
  stray = blurred(stray, .8);
  for (int y = 0; y < std::min(shoulders, size); ++y)
    for (int x = 0; x < size; ++x)
      alpha.at<float>(y, x) = std::max(alpha.at<float>(y, x), stray.at<float>(y, x));

  // The made background goes over into the photo.
  cv::Mat plate = textured_background(photo, hole, k);
  cv::Mat soft_hole;
  hole.convertTo(soft_hole, CV_32F);
  soft_hole = blurred(soft_hole, 3);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      if (!hole.at<std::uint8_t>(y, x)) continue;
      const float h = std::max(soft_hole.at<float>(y, x),
                               smoothstep(kHoleCm, .75f * kHoleCm, distance.at<float>(y, x) / k));
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
