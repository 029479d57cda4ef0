// Edges inside the face: found by steps of depth, softened, and nothing else touched.
#include "render/silhouettes.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/aligned_vector.hpp"

namespace parlante {
namespace {

constexpr int kSide = 32, kBandTiles = 4;  // px; tiles down a band

struct Skin {
  float depth, weight;
};

/// Looks at a picture's depths in bands, as frames are drawn.
void look(Silhouettes& silhouettes, const std::function<Skin(int, int)>& skin) {
  constexpr int kColumns = kSide / kTileSide, kRows = kSide / kTileSide;
  AlignedVector<float> tiles;
  tiles.resize(static_cast<std::size_t>(kColumns * kBandTiles * kSkinTileFloats));
  for (int first = 0; first < kRows; first += kBandTiles) {
    TileTarget target;
    target.columns = kColumns, target.rows = kBandTiles;
    target.attribute_count = 4, target.tiles = tiles.data();
    for (int y = 0; y < kBandTiles * kTileSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        float* out = target.tile(x / kTileSide, y / kTileSide) + y % kTileSide * kTileSide + x % kTileSide;
        const Skin s = skin(x, first * kTileSide + y);
        out[0] = s.depth, out[3 * kTilePixels] = s.weight;
      }
    silhouettes.look(find_steps_ref, target, first);
  }
}

ImageU8 black_and_white(const std::function<bool(int, int)>& white) {
  ImageU8 picture(kSide, kSide, 3);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      for (int c = 0; c < 3; ++c) picture.at(x, y)[c] = white(x, y) ? 255 : 0;
  return picture;
}

}  // namespace

TEST(Silhouettes, AStepOfDepthIsSoftenedOnBothSidesAndNothingElse) {
  // a slanted edge, so that it crosses tiles and bands
  const auto near = [](int x, int y) { return 3 * x < y + 30; };
  Silhouettes silhouettes(kSide, kSide);
  silhouettes.begin(.3f, 0, kSide / kTileSide);
  look(silhouettes, [&](int x, int y) { return Skin{near(x, y) ? 1.f : 0.f, 1}; });
  const ImageU8 before = black_and_white(near);
  ImageU8 after = before;
  silhouettes.soften(after, 0, 0);
  int grey = 0;
  for (int y = 1; y + 1 < kSide; ++y)
    for (int x = 4; x + 4 < kSide; ++x) {
      const int value = *after.at(x, y);
      grey += value > 0 && value < 255;
      // two pixels from the edge all is as it was
      if (near(x - 3, y) == near(x + 3, y) &&
          near(x, std::max(y - 3, 0)) == near(x, std::min(y + 3, kSide - 1))) {
        ASSERT_EQ(value, *before.at(x, y)) << x << ' ' << y;
      }
      // no row goes from black to white at once
      ASSERT_LT(std::abs(value - *after.at(x + 1, y)), 200) << x << ' ' << y;
    }
  EXPECT_GT(grey, 2 * (kSide - 4));
}

TEST(Silhouettes, SlopesAndWhatTheSkinDoesNotShowAreLeftAlone) {
  Silhouettes silhouettes(kSide, kSide);
  silhouettes.begin(.3f, 0, kSide / kTileSide);
  look(silhouettes, [](int x, int) { return Skin{.2f * static_cast<float>(x), 1}; });
  EXPECT_EQ(silhouettes.found(), 0u) << "a slope";
  silhouettes.begin(.3f, 0, kSide / kTileSide);
  look(silhouettes, [](int x, int) { return Skin{x < 10 ? 5.f : 0.f, .3f}; });
  EXPECT_EQ(silhouettes.found(), 0u) << "skin that gives way to the relief";
  silhouettes.begin(.3f, 0, kSide / kTileSide);
  look(silhouettes, [](int x, int) { return Skin{x < 10 ? 5.f : kRasterFar, 1}; });
  EXPECT_EQ(silhouettes.found(), 0u) << "where the skin ends";
}

TEST(Silhouettes, ManyEdgesAndNoPictureDoNoHarm) {
  Silhouettes silhouettes(kSide, kSide);
  silhouettes.begin(.3f, -5, 1000);
  look(silhouettes, [](int x, int y) { return Skin{(x + y) % 2 ? 1.f : 0.f, 1}; });
  EXPECT_LE(silhouettes.found(), static_cast<std::size_t>(16 * 2 * kSide));
  ImageU8 picture = black_and_white([](int x, int y) { return (x + y) % 2 != 0; });
  silhouettes.soften(picture, 0, 0);
  silhouettes.begin(.3f, 0, 8);
  EXPECT_EQ(silhouettes.found(), 0u);
  Silhouettes nothing(0, 0);
  nothing.begin(.3f, 0, 0);
}

}  // namespace parlante
