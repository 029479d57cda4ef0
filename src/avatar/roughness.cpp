#include "avatar/roughness.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "avatar/pixels.hpp"

namespace parlante {
namespace {

constexpr float kFineCm = 1;  // what is finer counts

}  // namespace

cv::Mat roughness(const cv::Mat& photo, const cv::Mat& seen, float px_per_cm) {
  constexpr int kShrink = 4;
  const cv::Size small(photo.cols / kShrink, photo.rows / kShrink);
  cv::Mat grey, seen_small, energy(small, CV_32F), weight(small, CV_32F), out(small, CV_32F);
  cv::resize(luma(photo), grey, small, 0, 0, cv::INTER_AREA);
  cv::resize(seen, seen_small, small, 0, 0, cv::INTER_NEAREST);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x)
      weight.at<float>(y, x) = seen_small.at<std::uint8_t>(y, x) ? 1.f : 0.f;
  const double sigma = kFineCm * px_per_cm / kShrink;
  const cv::Mat coarse = blurred(grey.mul(weight), sigma), coarse_weight = blurred(weight, sigma);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const float w = weight.at<float>(y, x);
      const float d =
          grey.at<float>(y, x) - coarse.at<float>(y, x) / std::max(coarse_weight.at<float>(y, x), 1e-3f);
      energy.at<float>(y, x) = w * d * d;
    }
  const double all = cv::sum(energy)[0] / std::max(cv::sum(weight)[0], 1.);
  // from near by where enough is seen there, else from farther away
  const auto share = [&](const cv::Mat& of, float cm) { return blurred(of, cm * px_per_cm / kShrink); };
  const cv::Mat near_energy = share(energy, 1), near_weight = share(weight, 1);
  const cv::Mat far_energy = share(energy, 4), far_weight = share(weight, 4);
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x) {
      const bool near = near_weight.at<float>(y, x) > .03f;
      const float e = (near ? near_energy : far_energy).at<float>(y, x);
      const float w = (near ? near_weight : far_weight).at<float>(y, x);
      out.at<float>(y, x) = std::sqrt((e + .002f * static_cast<float>(all)) / (w + .002f));
    }
  cv::Mat whole;
  cv::resize(blurred(out, .3 * px_per_cm / kShrink), whole, photo.size(), 0, 0, cv::INTER_LINEAR);
  return whole;
}

}  // namespace parlante
