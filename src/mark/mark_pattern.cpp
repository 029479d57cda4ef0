#include "mark/mark_pattern.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "core/random.hpp"

namespace parlante {
namespace {

constexpr std::size_t kSearchChips = 268;  // about a quarter; the rest is 12 chips for each bit
constexpr double kEdge = .09;              // softness of a chip's edge, standard deviation in chips
constexpr int kLargeSide = 768;            // px

}  // namespace

MarkLayout mark_layout(std::uint64_t key) {
  MarkLayout layout;
  std::array<std::uint16_t, kMarkChips> order{};
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  Random random(key);
  for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.bits() % (i + 1)]);
  for (std::size_t i = 0; i < order.size(); ++i) {
    layout.bit[order[i]] =
        i < kSearchChips ? std::int8_t{-1} : static_cast<std::int8_t>((i - kSearchChips) % kMarkBits);
    layout.sign[order[i]] = random.bits() >> 63 ? std::int8_t{1} : std::int8_t{-1};
  }
  return layout;
}

std::array<std::int8_t, kMarkChips> mark_chips(const MarkLayout& layout, std::uint64_t word) noexcept {
  std::array<std::int8_t, kMarkChips> chips{};
  for (std::size_t i = 0; i < chips.size(); ++i) {
    const bool turned = layout.bit[i] >= 0 && word >> layout.bit[i] & 1;
    chips[i] = turned ? static_cast<std::int8_t>(-layout.sign[i]) : layout.sign[i];
  }
  return chips;
}

int mark_chip_side(int width, int height) noexcept {
  return std::min(width, height) >= kLargeSide ? 16 : 8;
}

std::vector<std::int8_t> mark_tile(const std::array<std::int8_t, kMarkChips>& chips, int chip) {
  const int side = kMarkTile * chip, margin = chip;
  cv::Mat drawn(side + 2 * margin, side + 2 * margin, CV_32F);
  for (int y = 0; y < drawn.rows; ++y)
    for (int x = 0; x < drawn.cols; ++x) {
      const int row = (y - margin + side) / chip % kMarkTile, column = (x - margin + side) / chip % kMarkTile;
      drawn.at<float>(y, x) =
          64.f * static_cast<float>(chips[static_cast<std::size_t>(row * kMarkTile + column)]);
    }
  cv::GaussianBlur(drawn, drawn, {}, kEdge * chip);
  std::vector<std::int8_t> tile(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      tile[static_cast<std::size_t>(y * side + x)] =
          static_cast<std::int8_t>(std::lround(drawn.at<float>(y + margin, x + margin)));
  return tile;
}

}  // namespace parlante
