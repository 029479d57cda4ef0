#include "mark/mark_residual.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "mark/mark_pattern.hpp"

namespace parlante {
namespace {

// Chosen on three films of ours at CRF 18 to 40 (mean z of the search pattern 13.3; without flattening 8).
constexpr double kBlur = .4, kSpread = .7;  // chips
constexpr double kLeastDeviation = .4;      // levels
constexpr double kBound = 1;                // deviations
constexpr double kSpike = 4;  // times a ring's level: what stands higher is a regular pattern of the picture
constexpr int kRings = 64;    // of the spectrum, to the sampling rate

/// Divides each frequency by the square root of the mean power of its ring, and bounds it.
void flatten_spectrum(cv::Mat& picture) {
  cv::Mat padded, spectrum;
  const int height = cv::getOptimalDFTSize(picture.rows), width = cv::getOptimalDFTSize(picture.cols);
  cv::copyMakeBorder(picture, padded, 0, height - picture.rows, 0, width - picture.cols, cv::BORDER_CONSTANT,
                     0);
  cv::dft(padded, spectrum, cv::DFT_COMPLEX_OUTPUT);
  const auto ring_at = [&](int y, int x) {
    const double fy = std::min(y, height - y) / static_cast<double>(height),
                 fx = std::min(x, width - x) / static_cast<double>(width);
    return std::min(std::hypot(fx, fy) * kRings, kRings - 2.);
  };
  std::vector<double> power(kRings, 0.), count(kRings, 0.);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto ring = static_cast<std::size_t>(ring_at(y, x));
      const auto& value = spectrum.at<cv::Vec2f>(y, x);
      power[ring] += static_cast<double>(value[0]) * value[0] + static_cast<double>(value[1]) * value[1];
      count[ring] += 1;
    }
  std::vector<double> gain(kRings, 0.);
  for (std::size_t i = 0; i < gain.size(); ++i)
    gain[i] = power[i] > 0 ? 1 / std::sqrt(power[i] / count[i]) : 0.;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double place = std::max(ring_at(y, x) - .5, 0.);
      const auto ring = static_cast<std::size_t>(place);
      const double between = place - static_cast<double>(ring);
      auto& value = spectrum.at<cv::Vec2f>(y, x);
      const double level = gain[ring] * (1 - between) + gain[ring + 1] * between,
                   size = cv::norm(value) * level;
      value *= static_cast<float>(size > kSpike ? level * kSpike / size : level);
    }
  cv::idft(spectrum, padded, cv::DFT_REAL_OUTPUT | cv::DFT_SCALE);
  padded(cv::Rect(0, 0, picture.cols, picture.rows)).copyTo(picture);
}

}  // namespace

cv::Mat mark_residual(const cv::Mat& luma) {
  cv::Mat residual, deviation;
  cv::GaussianBlur(luma, residual, {}, kBlur * kSearchChip);
  residual = luma - residual;
  cv::GaussianBlur(residual.mul(residual), deviation, {}, kSpread * kSearchChip);
  cv::sqrt(deviation, deviation);
  residual /= deviation + kLeastDeviation;
  residual = cv::min(cv::max(residual, -kBound), kBound);
  flatten_spectrum(residual);
  return residual;
}

cv::Mat folded(const cv::Mat& residual, double chip) {
  constexpr int kSide = kMarkTile * kSearchChip;
  const double scale = kSearchChip / chip;
  cv::Mat sized;
  if (std::abs(scale - 1) < 1e-9) {
    sized = residual;
  } else {
    // The matrix maps pixel edges to pixel edges: a picture's corner stays its corner.
    const cv::Size size(std::max(1, static_cast<int>(residual.cols * scale)),
                        std::max(1, static_cast<int>(residual.rows * scale)));
    const cv::Matx23d back(1 / scale, 0, .5 / scale - .5, 0, 1 / scale, .5 / scale - .5);
    cv::warpAffine(residual, sized, back, size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REPLICATE);
  }
  cv::Mat sum = cv::Mat::zeros(kSide, kSide, CV_32F);
  for (int y = 0; y < sized.rows; y += kSide)
    for (int x = 0; x < sized.cols; x += kSide) {
      const cv::Rect part(x, y, std::min(kSide, sized.cols - x), std::min(kSide, sized.rows - y));
      cv::Mat target = sum(cv::Rect(0, 0, part.width, part.height));
      target += sized(part);
    }
  return sum;
}

}  // namespace parlante
