#include "core/yuv.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_bytes;

struct Picture420 {
  std::vector<std::uint8_t> y, u, v;
  YuvPlanes planes;
  Picture420(int width, int height) {
    const int half = (width + 1) / 2, rows = (height + 1) / 2;
    y.assign(static_cast<std::size_t>((width + 3) * height), 1);
    u.assign(static_cast<std::size_t>((half + 2) * rows), 1);
    v = u;
    planes = {y.data(), u.data(), v.data(), width + 3, half + 2, half + 2};
  }
};

class Yuv : public ::testing::TestWithParam<YuvFn> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Yuv,
                         ::testing::Values(kernels(KernelSet::reference).yuv420,
                                           kernels(KernelSet::best).yuv420));

TEST_P(Yuv, MatchesTheStandardsNumbers) {
  // R, G, B -> Y, Cb, Cr of BT.709, limited range (SMPTE RP 219 colour bars at 100 %).
  const std::array<std::array<int, 6>, 6> colours = {{{255, 255, 255, 235, 128, 128},
                                                      {0, 0, 0, 16, 128, 128},
                                                      {255, 0, 0, 63, 102, 240},
                                                      {0, 255, 0, 173, 42, 26},
                                                      {0, 0, 255, 32, 240, 118},
                                                      {255, 255, 0, 219, 16, 138}}};
  for (const auto& c : colours) {
    std::vector<std::uint8_t> rgb;
    for (int i = 0; i < 32 * 2; ++i)
      for (std::size_t k = 0; k < 3; ++k) rgb.push_back(static_cast<std::uint8_t>(c[k]));
    Picture420 out(32, 2);
    GetParam()(rgb.data(), 32 * 3, 32, 2, out.planes);
    for (const int x : {0, 15, 31}) {
      EXPECT_NEAR(out.y[static_cast<std::size_t>(x)], c[3], 1);
      EXPECT_NEAR(out.u[static_cast<std::size_t>(x / 2)], c[4], 1);
      EXPECT_NEAR(out.v[static_cast<std::size_t>(x / 2)], c[5], 1);
    }
  }
}

TEST_P(Yuv, GreyHasNoColour) {
  for (int grey = 0; grey < 256; ++grey) {
    const std::vector<std::uint8_t> rgb(2 * 2 * 3, static_cast<std::uint8_t>(grey));
    Picture420 out(2, 2);
    GetParam()(rgb.data(), 6, 2, 2, out.planes);
    EXPECT_EQ(out.u[0], 128);
    EXPECT_EQ(out.v[0], 128);
    EXPECT_NEAR(out.y[0], 16 + grey * 219 / 255., .51);
  }
}

TEST_P(Yuv, GivesTheReferencesBytesForAnySizeAndWritesNothingElse) {
  for (const auto& [width, height] : {std::pair{64, 16}, {63, 15}, {1, 1}, {2, 3}, {33, 8}, {16, 1}}) {
    const std::vector<std::uint8_t> rgb = random_bytes(static_cast<std::size_t>(width * height * 3), 40);
    Picture420 a(width, height), b(width, height);
    kernels(KernelSet::reference).yuv420(rgb.data(), width * 3, width, height, a.planes);
    GetParam()(rgb.data(), width * 3, width, height, b.planes);
    EXPECT_EQ(a.y, b.y);
    EXPECT_EQ(a.u, b.u);
    EXPECT_EQ(a.v, b.v);
    EXPECT_EQ(b.y[static_cast<std::size_t>(width)], 1);
    EXPECT_EQ(b.u[static_cast<std::size_t>((width + 1) / 2)], 1);
  }
}

}  // namespace
}  // namespace parlante
