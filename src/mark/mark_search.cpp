#include "mark/mark_search.hpp"

#include <cmath>
#include <opencv2/core.hpp>

#include "mark/mark_residual.hpp"

namespace parlante {
namespace {

constexpr int kSide = kMarkTile * kSearchChip;

/// Sum over each chip of the tile, its corner at `place`, row by row.
std::array<float, kMarkChips> chip_sums(const cv::Mat& folded, const MarkPlace& place) {
  std::array<float, kMarkChips> sums{};
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      sums[static_cast<std::size_t>(y / kSearchChip * kMarkTile + x / kSearchChip)] +=
          folded.at<float>((y + place.y) % kSide, (x + place.x) % kSide);
  return sums;
}

double deviation(const std::array<float, kMarkChips>& sums) noexcept {
  double squares = 0;
  for (const float value : sums) squares += static_cast<double>(value) * value;
  return std::sqrt(squares / kMarkChips) + 1e-12;
}

}  // namespace

MarkKeyPattern::MarkKeyPattern(std::uint64_t key) : layout_(mark_layout(key)) {
  cv::Mat pattern(kSide, kSide, CV_32F);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const auto chip = static_cast<std::size_t>(y / kSearchChip * kMarkTile + x / kSearchChip);
      pattern.at<float>(y, x) = layout_.bit[chip] < 0 ? layout_.sign[chip] : 0.f;
    }
  cv::dft(pattern, spectrum_);
}

cv::Mat folded_spectrum(const cv::Mat& folded) {
  cv::Mat spectrum;
  cv::dft(folded, spectrum);
  return spectrum;
}

MarkPlace MarkKeyPattern::best_place(const cv::Mat& folded_spectrum, double chip) const {
  cv::Mat product, likeness;
  cv::mulSpectrums(folded_spectrum, spectrum_, product, 0, true);
  cv::idft(product, likeness, cv::DFT_SCALE | cv::DFT_REAL_OUTPUT);
  cv::Scalar mean, spread;
  cv::meanStdDev(likeness, mean, spread);
  double highest = 0;
  cv::Point at;
  cv::minMaxLoc(likeness, nullptr, &highest, nullptr, &at);
  return {spread[0] > 0 ? (highest - mean[0]) / spread[0] : 0., chip, at.x, at.y};
}

std::vector<float> soft_bits(const cv::Mat& folded, const MarkPlace& place, const MarkLayout& layout) {
  const auto sums = chip_sums(folded, place);
  const auto unit = static_cast<float>(deviation(sums));
  std::vector<float> bits(kMarkBits, 0.f);
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (layout.bit[i] >= 0)
      bits[static_cast<std::size_t>(layout.bit[i])] += static_cast<float>(layout.sign[i]) * sums[i] / unit;
  return bits;
}

double whole_z(const cv::Mat& folded, const MarkPlace& place, const MarkLayout& layout, std::uint64_t word) {
  const auto sums = chip_sums(folded, place);
  const auto chips = mark_chips(layout, word);
  double likeness = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) likeness += static_cast<double>(chips[i]) * sums[i];
  return likeness / (deviation(sums) * std::sqrt(static_cast<double>(kMarkChips)));
}

}  // namespace parlante
