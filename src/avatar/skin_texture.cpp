#include "avatar/skin_texture.hpp"

#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "avatar/numeric.hpp"
#include "avatar/pixels.hpp"
#include "core/random.hpp"

namespace parlante {
namespace {

constexpr std::size_t kRings = 24;  // of the spectrum
constexpr float kCoarsest = .03f;   // standard deviation; a cheek under hair or old skin has more
/// Bare skin in most portraits: cheeks, below the eyes, forehead.
constexpr std::array<std::size_t, 7> kBareSkin = {50, 280, 101, 330, 151, 108, 337};

constexpr float kDeepestDetail = .09f;  // lids have no furrows as deep as an old cheek's

float frequency(int i, int length) {
  return static_cast<float>(std::min(i, length - i)) / static_cast<float>(length);
}

// Noise with as much of each fineness as `detail` has, in all directions alike; edges meet. Around 1.
cv::Mat noise_like(const cv::Mat& detail) {
  cv::Mat window, noise(detail.size(), CV_32F), spectrum, noise_spectrum;
  cv::createHanningWindow(window, detail.size(), CV_32F);
  Random random(7);
  for (int y = 0; y < noise.rows; ++y)
    for (int x = 0; x < noise.cols; ++x) noise.at<float>(y, x) = static_cast<float>(random.normal());
  cv::dft(detail.mul(window), spectrum, cv::DFT_COMPLEX_OUTPUT);
  cv::dft(noise, noise_spectrum, cv::DFT_COMPLEX_OUTPUT);
  std::array<double, kRings> power{}, count{};
  const auto ring = [&](int y, int x) {
    const float f = std::hypot(frequency(y, detail.rows), frequency(x, detail.cols));
    return std::min(static_cast<std::size_t>(f / .7072f * kRings), kRings - 1);
  };
  for (int y = 0; y < spectrum.rows; ++y)
    for (int x = 0; x < spectrum.cols; ++x) {
      const cv::Vec2f& f = spectrum.at<cv::Vec2f>(y, x);
      power[ring(y, x)] += f.dot(f), ++count[ring(y, x)];
    }
  for (int y = 0; y < spectrum.rows; ++y)
    for (int x = 0; x < spectrum.cols; ++x) {
      const std::size_t r = ring(y, x);
      noise_spectrum.at<cv::Vec2f>(y, x) *= static_cast<float>(std::sqrt(power[r] / std::max(count[r], 1.)));
    }
  noise_spectrum.at<cv::Vec2f>(0, 0) = {0, 0};
  cv::Mat out;
  cv::idft(noise_spectrum, out, cv::DFT_REAL_OUTPUT | cv::DFT_SCALE);
  cv::Scalar mean, had, has;
  cv::meanStdDev(detail, mean, had);
  cv::meanStdDev(out, mean, has);
  return 1 + out * (std::min<double>(had[0], kCoarsest) / std::max(has[0], 1e-9));
}

}  // namespace

cv::Mat skin_texture(const PhotoGeometry& g, const cv::Mat& photo) {
  cv::Mat best;
  float least = 1e9f;
  for (const std::size_t where : kBareSkin) {
    const std::array<Vec2f, 1> middle = {g.landmarks[where].head<2>()};
    const cv::Rect field = box_around(middle, .8f * g.px_per_cm, g.size);
    if (std::min(field.width, field.height) < 8) continue;
    const cv::Mat light = luma(photo(field));
    cv::Mat detail = light / cv::max(blurred(light, .12 * g.px_per_cm), 1) - 1;
    std::vector<float> sizes;
    for (int y = 0; y < detail.rows; ++y)
      for (int x = 0; x < detail.cols; ++x) sizes.push_back(std::abs(detail.at<float>(y, x)));
    // Hair, rims of glasses and shine stand out of the skin's texture.
    const float common = 1.4826f * median(sizes), far = percentile(sizes, .99);
    if (const float score = far / std::max(common, 1e-4f); score < least) {
      least = score;
      const float most = std::min(3 * common, kDeepestDetail);
      best = cv::min(cv::max(detail, -most), most);
    }
  }
  return best.empty() ? cv::Mat(8, 8, CV_32F, cv::Scalar(1)) : noise_like(best);
}

}  // namespace parlante
