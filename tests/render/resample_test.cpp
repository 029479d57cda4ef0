#include "render/resample.hpp"

#include <cmath>

#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_bytes;
using testing::random_floats;

TEST(HalveKernels, AreTheMeanOfFourAndAgree) {
  constexpr int width = 19, height = 7;
  const std::vector<std::uint8_t> bytes = random_bytes(width * height * 16, 50);
  const std::vector<float> floats = random_floats(width * height * 16, 51, -1, 300);
  for (const KernelSet set : {KernelSet::reference, KernelSet::best}) {
    const Kernels& k = kernels(set);
    std::vector<std::uint8_t> small(width * height * 4);
    std::vector<float> small_f(width * height * 4), small_plane(width * height);
    k.halve_u8(bytes.data(), width * 8, small.data(), width * 4, width, height);
    k.halve_f32(floats.data(), width * 8, small_f.data(), width * 4, width, height);
    k.halve_plane(floats.data(), width * 2, small_plane.data(), width, width, height);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        for (int c = 0; c < 4; ++c) {
          int sum = 0;
          float sum_f = 0;
          for (int i = 0; i < 4; ++i) {
            const auto at = static_cast<std::size_t>(((2 * y + i / 2) * 2 * width + 2 * x + i % 2) * 4 + c);
            sum += bytes[at];
            sum_f += floats[at];
          }
          const auto o = static_cast<std::size_t>((y * width + x) * 4 + c);
          ASSERT_EQ(small[o], (sum + 2) / 4);
          ASSERT_NEAR(small_f[o], sum_f / 4, 1e-3f);
        }
        float sum = 0;
        for (int i = 0; i < 4; ++i)
          sum += floats[static_cast<std::size_t>((2 * y + i / 2) * 2 * width + 2 * x + i % 2)];
        ASSERT_NEAR(small_plane[static_cast<std::size_t>(y * width + x)], sum / 4, 1e-3f);
      }
  }
}

TEST(ResizePicture, KeepsAFlatColourAndTheMeanBrightness) {
  ImageU8 flat(40, 30, 3, 123);
  for (const int size : {1, 7, 40, 90})
    for (const std::uint8_t v : resize_picture(flat, size, size).pixels) EXPECT_EQ(v, 123);
  ImageU8 noise(64, 64, 3);
  noise.pixels = random_bytes(noise.pixels.size(), 52);
  const auto mean = [](const ImageU8& image) {
    double sum = 0;
    for (const std::uint8_t v : image.pixels) sum += v;
    return sum / static_cast<double>(image.pixels.size());
  };
  EXPECT_NEAR(mean(resize_picture(noise, 32, 21)), mean(noise), .6);
}

TEST(ResizePicture, DoesNotLetHiddenColourBleedIntoTheVisible) {
  ImageU8 layer(2, 1, 4);
  layer.pixels = {200, 100, 50, 255, 0, 255, 0, 0};  // opaque skin beside invisible green
  const ImageU8 small = resize_picture(layer, 1, 1);
  EXPECT_NEAR(small.pixels[0], 200, 1);
  EXPECT_NEAR(small.pixels[1], 100, 1);
  EXPECT_NEAR(small.pixels[3], 128, 1);
  layer.pixels = {10, 20, 30, 0,
                  10, 20, 30, 0};  // colour that only serves a neighbour's interpolation is kept
  EXPECT_EQ(resize_picture(layer, 1, 1).pixels, (std::vector<std::uint8_t>{10, 20, 30, 0}));
}

TEST(ResizePicture, OfNothingIsNothing) {
  EXPECT_TRUE(resize_picture({}, 4, 4).empty());
  EXPECT_TRUE(resize_picture(ImageU8(4, 4, 3), 0, 4).empty());
}

TEST(ToRgba, IsOpaque) {
  ImageU8 rgb(2, 1, 3);
  rgb.pixels = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(to_rgba(rgb).pixels, (std::vector<std::uint8_t>{1, 2, 3, 255, 4, 5, 6, 255}));
}

}  // namespace
}  // namespace parlante
