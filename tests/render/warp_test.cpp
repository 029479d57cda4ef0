#include "render/warp.hpp"

#include <cmath>
#include <limits>

#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_bytes;
using testing::random_floats;

Texture texture_of(const std::vector<std::uint8_t>& texels, int width, int height) {
  return {texels.data(), width, height, 4 * width, 0, 0};
}

struct Filter {
  const char* name;
  WarpU8Fn u8;
  WarpF32Fn f32;
};
std::vector<Filter> filters() {
  std::vector<Filter> all;
  for (const KernelSet set : {KernelSet::reference, KernelSet::best}) {
    const Kernels& k = kernels(set);
    all.push_back({"bilinear", k.warp_bilinear_u8, k.warp_bilinear_f32});
    all.push_back({"bicubic", k.warp_bicubic_u8, k.warp_bicubic_f32});
  }
  return all;
}
class Warp : public ::testing::TestWithParam<Filter> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Warp, ::testing::ValuesIn(filters()));

TEST_P(Warp, LookingAtTexelCentresCopiesThePicture) {
  constexpr int n = 21;
  const std::vector<std::uint8_t> picture = random_bytes(n * n * 4, 5);
  std::vector<float> u, v;
  for (int y = 0; y < n; ++y)
    for (int x = 0; x < n; ++x) {
      u.push_back(static_cast<float>(x) + .5f + 30);
      v.push_back(static_cast<float>(y) + .5f - 7);
    }
  Texture texture = texture_of(picture, n, n);
  texture.origin_x = 30;
  texture.origin_y = -7;
  std::vector<std::uint8_t> out(picture.size());
  GetParam().u8(texture, {u.data(), v.data(), 1, n}, n, n, out.data(), 4 * n);
  EXPECT_EQ(out, picture);
}

TEST_P(Warp, ReproducesALinearRampBetweenTexels) {
  constexpr int n = 32;
  std::vector<std::uint8_t> picture;
  for (int y = 0; y < n; ++y)
    for (int x = 0; x < n; ++x)
      for (const int value : {4 * x, 4 * y, 2 * x + 2 * y, 255})
        picture.push_back(static_cast<std::uint8_t>(value));
  const std::vector<float> u = random_floats(200, 6, 3, n - 3), v = random_floats(200, 7, 3, n - 3);
  std::vector<float> out(800);
  GetParam().f32(texture_of(picture, n, n), {u.data(), v.data(), 1, 200}, 200, 1, out.data(), 800);
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_NEAR(out[4 * i], 4 * (u[i] - .5f), .05f);
    EXPECT_NEAR(out[4 * i + 1], 4 * (v[i] - .5f), .05f);
    EXPECT_NEAR(out[4 * i + 3], 255, .05f);
  }
}

TEST_P(Warp, OutsideShowsTheBorderAndNowhereShowsNothing) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN(),
                  infinity = std::numeric_limits<float>::infinity();
  const std::vector<std::uint8_t> picture = random_bytes(9 * 7 * 4, 8);
  const std::vector<float> u = {-300, 4000, .5f, -5000, nan, infinity, 3, 3, 3, 2e9f};
  const std::vector<float> v = {.5f, 6.5f, -900, 3, 3, 3, nan, -infinity, -5000, 3};
  std::vector<std::uint8_t> out(40, 77);
  GetParam().u8(texture_of(picture, 9, 7), {u.data(), v.data(), 1, 10}, 10, 1, out.data(), 40);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(out[k], picture[k]);
    EXPECT_EQ(out[4 + k], picture[4 * (6 * 9 + 8) + k]);
    EXPECT_EQ(out[8 + k], picture[k]);
    for (std::size_t i = 3; i < 10; ++i) EXPECT_EQ(out[4 * i + k], 0);
  }
}

TEST_P(Warp, AgreesWithTheReferenceEverywhere) {
  const bool bilinear = std::string_view(GetParam().name) == "bilinear";
  const Kernels& reference = kernels(KernelSet::reference);
  for (const int side : {1, 2, 3, 40}) {
    const std::vector<std::uint8_t> picture = random_bytes(static_cast<std::size_t>(side * side * 4), 9);
    constexpr int width = 83, height = 20, step = 3;
    std::vector<float> uv = random_floats(width * height * step, 10, -6, side + 6);
    for (std::size_t i = 0; i < uv.size(); i += 101) uv[i] = -5000;
    const WarpMap map = {uv.data(), uv.data() + 1, step, width * step};
    std::vector<std::uint8_t> a(width * height * 4), b(a.size());
    std::vector<float> c(a.size()), d(a.size());
    (bilinear ? reference.warp_bilinear_u8 : reference.warp_bicubic_u8)(texture_of(picture, side, side), map,
                                                                        width, height, a.data(), width * 4);
    GetParam().u8(texture_of(picture, side, side), map, width, height, b.data(), width * 4);
    (bilinear ? reference.warp_bilinear_f32 : reference.warp_bicubic_f32)(
        texture_of(picture, side, side), map, width, height, c.data(), width * 4);
    GetParam().f32(texture_of(picture, side, side), map, width, height, d.data(), width * 4);
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_NEAR(a[i], b[i], 1) << i;
      ASSERT_NEAR(c[i], d[i], .1f) << i;
    }
  }
}

class Layers : public ::testing::TestWithParam<const Kernels*> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Layers,
                         ::testing::Values(&kernels(KernelSet::reference), &kernels(KernelSet::best)));

TEST_P(Layers, OpaqueHidesThePlateAndTransparentShowsIt) {
  const std::vector<std::uint8_t> layer = {10, 20, 30, 255, 10, 20, 30, 0, 100, 100, 100, 0},
                                  plate = {90, 91, 92, 93, 94, 95, 96, 98, 92};
  const std::vector<float> shade = {2, 2, 1}, floor = {0, 0, .5f};
  std::vector<std::uint8_t> out(9);
  OverPlate o;
  o.layer = layer.data();
  o.shade = shade.data();
  o.floor = floor.data();
  o.plate = plate.data();
  o.out = out.data();
  GetParam()->over_plate(o, 3, 1);
  EXPECT_EQ(out, (std::vector<std::uint8_t>{20, 40, 60, 93, 94, 95, 98, 99, 96}));
}

TEST_P(Layers, BlendsDarkenAndReplaceWithinTheirMask) {
  std::vector<std::uint8_t> picture = {100, 100, 100, 100, 100, 100};
  const std::vector<float> layer = {0, 0, 0, .5f, 200, 0, 50, 1};
  GetParam()->blend(layer.data(), 8, picture.data(), 6, 2, 1);
  EXPECT_EQ(picture, (std::vector<std::uint8_t>{50, 50, 50, 200, 0, 50}));
  const std::vector<std::uint8_t> other = {250, 150, 50, 0, 1, 2, 3, 255};
  const std::vector<float> mask = {.5f, 0};
  GetParam()->blend_mask(other.data(), 8, mask.data(), 2, picture.data(), 6, 2, 1);
  EXPECT_EQ(picture, (std::vector<std::uint8_t>{150, 100, 50, 200, 0, 50}));
}

TEST_P(Layers, AgreeWithTheReferenceAndStayInTheirRows) {
  constexpr int width = 37, height = 9, guard = 5;
  const std::vector<std::uint8_t> layer = random_bytes(width * height * 4, 11),
                                  plate = random_bytes(width * height * 3, 12);
  const std::vector<float> shade = random_floats(width * height * 2, 13, .6, 1.6),
                           mask = random_floats(width * height, 14, 0, 1),
                           premultiplied = random_floats(width * height * 4, 15, 0, 1);
  std::vector<std::uint8_t> results[2];
  const Kernels* tables[2] = {&kernels(KernelSet::reference), GetParam()};
  for (int i = 0; i < 2; ++i) {
    std::vector<std::uint8_t>& out = results[i];
    out.assign((width * 3 + guard) * height, 7);
    OverPlate o;
    o.layer = layer.data();
    o.layer_stride = width * 4;
    o.shade = shade.data();
    o.shade_step = 2;
    o.shade_row = width * 2;
    o.floor = mask.data();
    o.floor_row = width;
    o.plate = plate.data();
    o.plate_stride = width * 3;
    o.out = out.data();
    o.out_stride = width * 3 + guard;
    tables[i]->over_plate(o, width, height);
    tables[i]->blend(premultiplied.data(), width * 4, out.data(), width * 3 + guard, width, height);
    tables[i]->blend_mask(layer.data(), width * 4, mask.data(), width, out.data(), width * 3 + guard, width,
                          height);
  }
  for (std::size_t i = 0; i < results[0].size(); ++i) ASSERT_NEAR(results[0][i], results[1][i], 2) << i;
  for (int y = 0; y < height; ++y)
    for (int k = 0; k < guard; ++k)
      EXPECT_EQ(results[1][static_cast<std::size_t>(y * (width * 3 + guard) + width * 3 + k)], 7);
}

}  // namespace
}  // namespace parlante
