#include "mark/mark_kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <vector>

#include "core/random.hpp"
#include "mark/mark_pattern.hpp"

namespace parlante {
namespace {

std::vector<std::int8_t> tile_of(int channels, int chip) {
  std::vector<std::int8_t> values;
  for (const std::int8_t v : mark_tile(mark_chips(mark_layout(kMarkKey), mark_code_word({1, 77})), chip))
    for (int c = 0; c < channels; ++c) values.push_back(c == 3 ? std::int8_t{0} : v);
  values.resize(values.size() + kMarkOverrun);
  return values;
}

/// Smooth on the left, noise on the right, black and white within.
std::vector<std::uint8_t> picture_of(int width, int height, int channels, int padding) {
  Random random(9);
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        pixels.push_back(
            static_cast<std::uint8_t>(x < width / 2 ? (x + 2 * y + 40 * c) % 256 : random.bits() % 256));
    pixels.insert(pixels.end(), static_cast<std::size_t>(padding), std::uint8_t{123});
  }
  return pixels;
}

using Size = std::tuple<int, int, int, int>;  // width, height, channels, chip
class MarkKernelPair : public ::testing::TestWithParam<std::tuple<KernelSet, Size>> {};

TEST_P(MarkKernelPair, GivesTheSameBytes) {
  const auto [set, size] = GetParam();
  const auto [width, height, channels, chip] = size;
  if (!cpu_runs(set)) GTEST_SKIP() << "this CPU has not got these kernels";
  const MarkFn kernel = mark_kernel(set);
  ASSERT_NE(kernel, add_mark_ref);
  const auto tile = tile_of(channels, chip);
  const int padding = 5, stride = width * channels + padding;
  auto expected = picture_of(width, height, channels, padding), got = expected;
  const MarkTileView view{tile.data(), kMarkTile * chip, channels};
  add_mark_ref(view, {expected.data(), stride, width, height});
  kernel(view, {got.data(), stride, width, height});
  EXPECT_EQ(expected, got);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, MarkKernelPair,
    ::testing::Combine(::testing::Values(KernelSet::avx2, KernelSet::avx512, KernelSet::neon),
                       ::testing::Values(Size{512, 512, 3, 8}, Size{512, 512, 4, 8}, Size{1030, 776, 3, 16},
                                         Size{250, 258, 3, 8}, Size{270, 300, 4, 8}, Size{6, 6, 3, 8},
                                         Size{24, 8, 3, 8}, Size{25, 9, 4, 8}, Size{1, 1, 3, 8})));

TEST(MarkKernel, IsAWideOneWhereverThereIsOneUnlessAnotherIsAskedFor) {
  EXPECT_EQ(mark_kernel(KernelSet::reference), add_mark_ref);
  for (const KernelSet set : {KernelSet::avx512, KernelSet::avx2, KernelSet::neon}) {
    if (!cpu_runs(set)) {
      EXPECT_EQ(mark_kernel(set), mark_kernel(KernelSet::best));
      continue;
    }
    EXPECT_NE(mark_kernel(KernelSet::best), add_mark_ref);
  }
}

TEST(MarkKernel, LeavesAlphaAndPaddingAlone) {
  const auto tile = tile_of(4, 8);
  const int width = 64, height = 64, stride = 4 * width + 5;
  const auto before = picture_of(width, height, 4, 5);
  auto after = before;
  mark_kernel(KernelSet::best)({tile.data(), 256, 4}, {after.data(), stride, width, height});
  int changed = 0;
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < stride; ++i) {
      const auto at = static_cast<std::size_t>(y * stride + i);
      if (i >= 4 * width || i % 4 == 3) {
        ASSERT_EQ(before[at], after[at]);
      } else {
        changed += before[at] != after[at];
      }
    }
  EXPECT_GT(changed, width * height);
}

TEST(MarkKernel, NeverWrapsAroundBlackOrWhite) {
  const auto tile = tile_of(3, 8);
  for (const int grey : {0, 1, 254, 255}) {
    std::vector<std::uint8_t> pixels(256 * 256 * 3, static_cast<std::uint8_t>(grey));
    mark_kernel(KernelSet::best)({tile.data(), 256, 3}, {pixels.data(), 256 * 3, 256, 256});
    for (const std::uint8_t p : pixels) ASSERT_LE(std::abs(p - grey), 1);
  }
}

TEST(MarkKernel, ChangesASmoothPictureByOneLevelAtMostAndABusyOneByThree) {
  const auto tile = tile_of(3, 8);
  std::vector<std::uint8_t> smooth(256 * 256 * 3, 128);
  mark_kernel(KernelSet::best)({tile.data(), 256, 3}, {smooth.data(), 256 * 3, 256, 256});
  double sum = 0;
  for (const std::uint8_t p : smooth) {
    ASSERT_LE(std::abs(p - 128), 1);
    sum += p - 128;
  }
  EXPECT_LT(std::abs(sum) / static_cast<double>(smooth.size()),
            .08);  // chips: as many lighter as darker, nearly

  const auto before = picture_of(512, 256, 3, 0);
  auto busy = before;
  mark_kernel(KernelSet::best)({tile.data(), 256, 3}, {busy.data(), 512 * 3, 512, 256});
  int most = 0;
  for (std::size_t i = 0; i < busy.size(); ++i) most = std::max(most, std::abs(busy[i] - before[i]));
  EXPECT_EQ(most, 3);
}

}  // namespace
}  // namespace parlante
