#include "render/join_alpha.hpp"

#include <algorithm>
#include <cstddef>

namespace parlante {
namespace {

constexpr int kBlock = 8;

}  // namespace

AlphaJoiner::AlphaJoiner(int width, int height)
    : columns_((width + kBlock - 1) / kBlock),
      rows_((height + kBlock - 1) / kBlock),
      covered_(static_cast<std::size_t>(columns_ + 2) * static_cast<std::size_t>(rows_ + 2)) {}

void AlphaJoiner::join(const ImageU8& rgb, const ImageU8& alpha, ImageU8& rgba) noexcept {
  const auto stride = static_cast<std::size_t>(columns_ + 2);
  const auto block = [&](int x, int y) -> std::uint8_t& {
    return covered_[static_cast<std::size_t>(y + 1) * stride + static_cast<std::size_t>(x + 1)];
  };
  std::fill(covered_.begin(), covered_.end(), std::uint8_t{0});
  for (int y = 0; y < alpha.height; ++y) {
    const std::uint8_t* a = alpha.row(y);
    for (int x = 0; x < alpha.width; ++x) block(x / kBlock, y / kBlock) |= a[x];
  }
  for (int y = 0; y < rgb.height; ++y)
    for (int column = 0; column < columns_; ++column) {
      const int row = y / kBlock, from = column * kBlock, to = std::min(from + kBlock, rgb.width);
      std::uint8_t near = 0;
      for (int j = -1; j <= 1; ++j)
        for (int i = -1; i <= 1; ++i) near |= block(column + i, row + j);
      const std::uint8_t* colour = rgb.at(from, y);
      const std::uint8_t* a = alpha.at(from, y);
      std::uint8_t* out = rgba.at(from, y);
      for (int x = from; x < to; ++x, colour += 3, ++a, out += 4)
        for (int c = 0; c < 4; ++c) out[c] = near == 0 ? 0 : c < 3 ? colour[c] : *a;
    }
}

}  // namespace parlante
