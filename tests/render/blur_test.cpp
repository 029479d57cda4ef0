#include "render/blur.hpp"

#include <cmath>

#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_floats;

class Blur : public ::testing::TestWithParam<BlurFn> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Blur,
                         ::testing::Values(kernels(KernelSet::reference).blur,
                                           kernels(KernelSet::best).blur));

TEST_P(Blur, SpreadsAPointLikeAGaussianOfTheAskedWidth) {
  constexpr int n = 129;
  for (const float sigma : {.6f, 1.f, 1.9f, 2.5f, 6.f, 14.f}) {
    std::vector<float> plane(n * n, 0), scratch(blur_scratch_size(n, n));
    plane[(n / 2) * n + n / 2] = 1;
    GetParam()(plane.data(), n, n, n, sigma, scratch.data());
    double sum = 0, across = 0, down = 0;
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; ++x) {
        const double w = plane[static_cast<std::size_t>(y * n + x)];
        EXPECT_GE(w, -1e-6);
        sum += w;
        across += w * (x - n / 2) * (x - n / 2);
        down += w * (y - n / 2) * (y - n / 2);
      }
    EXPECT_NEAR(sum, 1, 1e-3);
    EXPECT_NEAR(std::sqrt(across), sigma, .06 * sigma + .02) << sigma;
    EXPECT_NEAR(std::sqrt(down), sigma, .06 * sigma + .02) << sigma;
  }
}

TEST_P(Blur, KeepsAConstantPlaneUpToItsBorders) {
  for (const float sigma : {1.f, 5.f, 40.f}) {
    std::vector<float> plane(23 * 11, .75f), scratch(blur_scratch_size(23, 11));
    GetParam()(plane.data(), 23, 23, 11, sigma, scratch.data());
    for (const float v : plane) EXPECT_NEAR(v, .75f, 1e-4f);
  }
}

TEST_P(Blur, AgreesWithTheReferenceAndTouchesOnlyItsRectangle) {
  constexpr int stride = 70, width = 61, height = 45;
  for (const float sigma : {0.f, .8f, 3.f, 9.f, 1e9f}) {
    std::vector<float> a = random_floats(stride * height, 20, 0, 1), b = a;
    const std::vector<float> before = a;
    std::vector<float> scratch(blur_scratch_size(width, height));
    kernels(KernelSet::reference).blur(a.data(), stride, width, height, sigma, scratch.data());
    GetParam()(b.data(), stride, width, height, sigma, scratch.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(a[i], b[i], 1e-4f);
      if (i % stride >= width) {
        ASSERT_EQ(b[i], before[i]);
      }
    }
  }
}

}  // namespace
}  // namespace parlante
