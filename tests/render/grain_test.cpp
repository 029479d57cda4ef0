#include "render/grain.hpp"

#include <cmath>

#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_bytes;

constexpr std::array<float, 8> kDeviation = {1, 2, 3, 4, 4, 3, 2, 1};

double deviation_at(std::uint8_t grey, float amount) {
  constexpr int n = 256;
  std::vector<std::uint8_t> picture(n * n * 3, grey);
  kernels(KernelSet::best)
      .grain(make_grain(1, kDeviation, amount), grain_offset(1, 0), picture.data(), n * 3, n, n);
  double sum = 0, squares = 0;
  for (const std::uint8_t p : picture) {
    sum += p;
    squares += p * p;
  }
  const double mean = sum / static_cast<double>(picture.size());
  EXPECT_NEAR(mean, grey, .15);
  return std::sqrt(squares / static_cast<double>(picture.size()) - mean * mean);
}

TEST(Grain, IsAsStrongAsThePhotosOwnAtThatLuma) {
  EXPECT_NEAR(deviation_at(48, 1), 2, .2);
  EXPECT_NEAR(deviation_at(112, 1), 4, .2);
  EXPECT_NEAR(deviation_at(128, 1), 4, .2);
  EXPECT_NEAR(deviation_at(192, 1), 2.5, .2);
  EXPECT_NEAR(deviation_at(112, .5), 2, .2);
}

TEST(Grain, FineGrainIsAveragedAwayInASmallerFrameAndCoarseGrainStays) {
  EXPECT_NEAR(grain_form(0, .5f).amount, .5, .02);
  EXPECT_NEAR(grain_form(1, .5f).amount, .89, .03);
  EXPECT_EQ(grain_form(.6f, 1).amount, 1);
  EXPECT_LT(grain_form(1.2f, .5f).sigma, grain_form(1.2f, 1).sigma);
  for (const float odd : {NAN, -1.f, 1e9f}) {
    const GrainForm form = grain_form(odd, .5f);
    EXPECT_TRUE(form.amount >= 0 && form.amount <= 1 && form.sigma >= .3f);
  }
}

TEST(Grain, OfNothingLeavesThePictureAlone) {
  EXPECT_EQ(deviation_at(112, 0), 0);
}

TEST(Grain, IsTheSameForTheSameFrameAndNewInTheNext) {
  const Grain grain = make_grain(1, kDeviation, 1);
  std::vector<std::uint8_t> first(64 * 64 * 3, 120), again = first, next = first;
  kernels(KernelSet::best).grain(grain, grain_offset(1, 41), first.data(), 64 * 3, 64, 64);
  kernels(KernelSet::best)
      .grain(make_grain(1, kDeviation, 1), grain_offset(1, 41), again.data(), 64 * 3, 64, 64);
  kernels(KernelSet::best).grain(grain, grain_offset(1, 42), next.data(), 64 * 3, 64, 64);
  EXPECT_EQ(first, again);
  double product = 0, square = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    product += (first[i] - 120) * (next[i] - 120);
    square += (first[i] - 120) * (first[i] - 120);
  }
  EXPECT_LT(std::abs(product / square), .1);
}

TEST(Grain, IsNoiseOfBrightnessNotOfColour) {
  std::vector<std::uint8_t> picture(64 * 64 * 3, 120);
  kernels(KernelSet::best).grain(make_grain(1, kDeviation, 1), {511, 500}, picture.data(), 64 * 3, 64, 64);
  for (std::size_t i = 0; i < picture.size(); i += 3) {
    EXPECT_EQ(picture[i], picture[i + 1]);
    EXPECT_EQ(picture[i], picture[i + 2]);
  }
}

TEST(Grain, SurvivesAvatarsWithAbsurdNoise) {
  const float nan = std::nanf("");
  const Grain grain = make_grain(1, {nan, 1e30f, -5, 3, 3, 3, 3, 3}, 1);
  for (const std::int32_t gain : grain.gain) {
    EXPECT_GE(gain, 0);
    EXPECT_LE(gain, 64 * 128);
  }
}

TEST(GrainKernels, GiveTheSameBytes) {
  PARLANTE_FAST_KERNELS(fast);
  const Grain grain = make_grain(3, {0, 1, 5, 20, 40, 60, 64, 64}, 1);
  std::vector<std::uint8_t> a = random_bytes(531 * 40 * 3, 30), b = a;
  kernels(KernelSet::reference).grain(grain, {509, 497}, a.data(), 531 * 3, 531, 40);
  fast.grain(grain, {509, 497}, b.data(), 531 * 3, 531, 40);
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace parlante
