// The raster of tiles and what is composed of them, in every instruction set that this CPU has.
#include <array>
#include <cmath>
#include <limits>

#include "core/aligned_vector.hpp"
#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_bytes;
using testing::random_floats;

std::vector<const Kernels*> tables() {
  std::vector<const Kernels*> all;
  for (const KernelSet set : {KernelSet::reference, KernelSet::avx2, KernelSet::avx512, KernelSet::neon})
    if (has_kernels(set)) all.push_back(&kernels(set));
  return all;
}

/// A mesh of `count` triangles of about `size` px within 200 x 120 px.
struct Triangles {
  std::vector<float> xy, z, attributes;
  std::vector<std::int32_t> indices;
  int attribute_count;

  Triangles(int count, float size, int attribute_count_, std::uint64_t seed)
      : attribute_count(attribute_count_) {
    const auto n = static_cast<std::size_t>(count);
    const std::vector<float> centre = random_floats(2 * n, seed, -10, 210),
                             off = random_floats(6 * n, seed + 1, -1, 1);
    z = random_floats(3 * n, seed + 2, -60, -40);
    attributes = random_floats(3 * n * static_cast<std::size_t>(attribute_count), seed + 3, 0, 500);
    for (std::size_t t = 0; t < n; ++t)
      for (std::size_t k = 0; k < 3; ++k) {
        xy.push_back(centre[2 * t] + size * off[6 * t + 2 * k]);
        xy.push_back(.6f * centre[2 * t + 1] + size * off[6 * t + 2 * k + 1]);
        indices.push_back(static_cast<std::int32_t>(indices.size()));
      }
  }
  RasterMesh mesh() const {
    RasterMesh m;
    m.xy = xy.data(), m.z = z.data();
    m.attributes = attributes.data(), m.attribute_count = attribute_count;
    m.triangles = indices.data(), m.triangle_count = indices.size() / 3;
    return m;
  }
};

/// Everything drawn band by band into one picture of planes: depth, then the attributes.
struct Drawn {
  static constexpr int kColumns = 50, kRows = 30, kBandRows = 4;
  std::vector<float> planes;

  Drawn(const Kernels& table, const RasterMesh& mesh) {
    const auto attributes = static_cast<std::size_t>(mesh.attribute_count);
    planes.assign((1 + attributes) * kColumns * kRows * kTilePixels, 0);
    std::vector<std::uint8_t> first(triangle_bands_size(mesh.triangle_count)), last(first.size());
    TriangleBands bands;
    bands.band_height = kBandRows * kTileSide, bands.bands = (kRows + kBandRows - 1) / kBandRows;
    bands.first = first.data(), bands.last = last.data();
    table.sort_bands(mesh, bands);
    AlignedVector<float> tiles;
    for (int band = 0; band < bands.bands; ++band) {
      TileTarget target;
      target.columns = kColumns, target.rows = std::min(kBandRows, kRows - band * kBandRows);
      target.top = static_cast<float>(band * kBandRows * kTileSide);
      target.attribute_count = mesh.attribute_count;
      tiles.assign(static_cast<std::size_t>(kColumns * kBandRows) * target.tile_floats(), 0);
      target.tiles = tiles.data();
      clear_tiles(target);
      table.raster_tiles(mesh, bands, band, target);
      for (int y = 0; y < target.rows * kTileSide; ++y)
        for (int x = 0; x < kColumns * kTileSide; ++x) {
          const float* p =
              target.tile(x / kTileSide, y / kTileSide) + y % kTileSide * kTileSide + x % kTileSide;
          for (std::size_t k = 0; k <= attributes; ++k)
            value(x, y + band * kBandRows * kTileSide, k) = p[k * kTilePixels];
        }
    }
  }
  float& value(int x, int y, std::size_t k) {
    return planes[(k * kRows * kTileSide + static_cast<std::size_t>(y)) * kColumns * kTileSide +
                  static_cast<std::size_t>(x)];
  }
};

class Tiles : public ::testing::TestWithParam<const Kernels*> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Tiles, ::testing::ValuesIn(tables()),
                         [](const auto& one) { return std::string(one.param->name); });

TEST_P(Tiles, HoldWhatTheRasterOfPixelsHolds) {
  for (const float size : {1.5f, 6.f, 40.f})
    for (const int attributes : {1, 2, 4}) {
      const Triangles triangles(501, size, attributes, 11);
      Drawn drawn(*GetParam(), triangles.mesh());
      constexpr int width = Drawn::kColumns * kTileSide, height = Drawn::kRows * kTileSide;
      std::vector<float> depth(width * height), values(depth.size() * static_cast<std::size_t>(attributes));
      RasterTarget whole;
      whole.width = width, whole.height = height;
      whole.depth = depth.data(), whole.attributes = values.data();
      clear_raster(whole);
      raster_ref(triangles.mesh(), whole);
      std::size_t other_cover = 0, covered = 0;
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const auto i = static_cast<std::size_t>(y * width + x);
          const bool here = depth[i] > kRasterFar;
          covered += here;
          // A pixel's centre on an edge, or two triangles at the same depth, may fall either way.
          if (here != (drawn.value(x, y, 0) > kRasterFar) ||
              std::abs(depth[i] - drawn.value(x, y, 0)) > 1e-3f) {
            ++other_cover;
            continue;
          }
          for (std::size_t k = 0; here && k < static_cast<std::size_t>(attributes); ++k)
            ASSERT_NEAR(values[i * static_cast<std::size_t>(attributes) + k], drawn.value(x, y, k + 1), .05f);
        }
      EXPECT_GT(covered, 200u);
      EXPECT_LE(other_cover, 1 + covered / 500) << size << " px";
    }
}

TEST_P(Tiles, AreLeftEmptyByBrokenTriangles) {
  Triangles triangles(40, 10, 2, 5);
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e9f,
                       -1e9f};
  for (std::size_t t = 0; t < 40; ++t) triangles.xy[6 * t + t % 6] = bad[t % 4];
  Drawn drawn(*GetParam(), triangles.mesh());
  for (int y = 0; y < Drawn::kRows * kTileSide; ++y)
    for (int x = 0; x < Drawn::kColumns * kTileSide; ++x) ASSERT_EQ(drawn.value(x, y, 0), kRasterFar);
}

TEST_P(Tiles, OfTwoSquaresThatShareAnEdgeHaveNoGap) {
  Triangles square(0, 1, 1, 1);
  square.xy = {3.3f, 2.2f, 90.7f, 8.1f, 95.2f, 77.7f, 1.5f, 80.3f};
  square.z = {1, 1, 1, 1};
  square.attributes = {0, 1, 2, 3};
  square.indices = {0, 1, 2, 0, 2, 3};
  Drawn drawn(*GetParam(), square.mesh());
  for (int y = 12; y < 74; ++y)
    for (int x = 8; x < 88; ++x) ASSERT_GT(drawn.value(x, y, 0), kRasterFar) << x << ' ' << y;
}

/// A row of tiles of random layers over a random plate, 4·columns - 1 px wide.
struct Layers {
  static constexpr int kColumns = 23, kWidth = 4 * kColumns - 1, kTexture = 64;
  AlignedVector<float> skin, relief;
  std::vector<std::uint8_t> texels = random_bytes(kTexture * kTexture * 4, 1),
                            plate = random_bytes(kColumns * kTilePixels * 4, 2);
  Texture texture{texels.data(), kTexture, kTexture, 4 * kTexture, -3, 2};

  Layers() {
    const auto fill = [](AlignedVector<float>& tiles, int attributes, std::uint64_t seed, double empty) {
      const std::vector<float> chance = random_floats(kColumns * kTilePixels, seed, 0, 1);
      const std::vector<float> unit = random_floats(kColumns * kTilePixels * 4, seed + 1, 0, 1);
      tiles.resize(static_cast<std::size_t>(kColumns * kTilePixels * (1 + attributes)));
      for (std::size_t i = 0; i < chance.size(); ++i) {
        float* p = tiles.data() + i / kTilePixels * static_cast<std::size_t>(kTilePixels * (1 + attributes)) +
                   i % kTilePixels;
        // Some tiles are empty as a whole.
        p[0] = i / kTilePixels % 5 == 0 || static_cast<double>(chance[i]) < empty ? kRasterFar : -50.f;
        p[kTilePixels] = 90 * unit[4 * i] - 10, p[2 * kTilePixels] = 90 * unit[4 * i + 1] - 10;
        if (attributes == 2) continue;
        p[3 * kTilePixels] = std::min(1.3f * unit[4 * i + 2], 1.f),
              p[4 * kTilePixels] = .7f + .6f * unit[4 * i + 3];
      }
    };
    fill(skin, 4, 3, .4);
    fill(relief, 2, 7, .3);
    relief[kTilePixels * 4 + kTilePixels] = 2 * kNowhere;
    relief[kTilePixels * 4 + kTilePixels + 1] = std::numeric_limits<float>::quiet_NaN();
  }
  std::vector<std::uint8_t> compose(const Kernels& table, std::vector<std::uint8_t>* covered) const {
    std::vector<std::uint8_t> out(kWidth * 3 * 3);
    TileRow row;
    row.skin = skin.data(), row.relief = relief.data(), row.plate = plate.data(), row.columns = kColumns;
    row.width = kWidth, row.height = 3;  // cut on the right and below
    row.out_stride = kWidth * 3;
    row.out = out.data();
    if (covered) {
      covered->assign(kWidth * 3, 7);
      row.covered = covered->data(), row.covered_stride = kWidth;
    }
    table.compose_tiles(row, texture);
    return out;
  }
};

int furthest(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  int most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

TEST_P(Tiles, AreComposedAsByTheReferenceUpToRounding) {
  const Layers layers;
  EXPECT_LE(
      furthest(layers.compose(*GetParam(), nullptr), layers.compose(kernels(KernelSet::reference), nullptr)),
      1);
  std::vector<std::uint8_t> covered, expected;
  const auto colours = layers.compose(*GetParam(), &covered);
  EXPECT_LE(furthest(colours, layers.compose(kernels(KernelSet::reference), &expected)), 1);
  EXPECT_LE(furthest(covered, expected), 1);
  EXPECT_GT(std::count_if(expected.begin(), expected.end(), [](int a) { return a > 100; }), 50);
}

TEST_P(Tiles, WithoutForegroundLeaveThePlate) {
  Layers layers;
  for (auto* tiles : {&layers.skin, &layers.relief}) std::fill(tiles->begin(), tiles->end(), kRasterFar);
  const auto out = layers.compose(*GetParam(), nullptr);
  for (int x = 0; x < Layers::kWidth; ++x)
    for (int k = 0; k < 3; ++k)
      ASSERT_EQ(out[static_cast<std::size_t>(3 * x + k)],
                layers.plate[static_cast<std::size_t>((x / 4 * kTilePixels + x % 4) * 4 + k)]);
}

/// Three rows of skin tiles, one below the other: what was found, and what is left in `above`.
struct Steps {
  static constexpr int kColumns = 23, kRows = 3;
  std::vector<std::array<std::uint32_t, 4>> found;  // row, column, across, up
  AlignedVector<float> above;

  Steps(const Kernels& table, const AlignedVector<float>& skin, int left, int right) {
    above.assign(kColumns * kTilePixels, std::numeric_limits<float>::quiet_NaN());
    std::vector<TileSteps> in_row(kColumns);
    for (int r = 0; r < kRows; ++r) {
      StepRow row;
      row.skin = skin.data() + static_cast<std::ptrdiff_t>(r) * kColumns * kSkinTileFloats;
      row.left = left, row.right = right, row.step = .3f, row.above = above.data();
      const int count = table.find_steps(row, in_row.data());
      for (int k = 0; k < count; ++k) {
        const TileSteps& s = in_row[static_cast<std::size_t>(k)];
        found.push_back(
            {static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(s.column), s.across, s.up});
      }
    }
  }
};

TEST_P(Tiles, HaveTheReferencesStepsOfDepth) {
  AlignedVector<float> skin(Steps::kColumns * Steps::kRows * kSkinTileFloats);
  const std::vector<float> chance = random_floats(skin.size(), 5, 0, 1);
  for (std::size_t tile = 0; tile < Steps::kColumns * Steps::kRows; ++tile)
    for (std::size_t i = 0; i < kTilePixels; ++i) {
      float* p = skin.data() + tile * kSkinTileFloats + i;
      const float* c = chance.data() + tile * kSkinTileFloats + i;
      // mostly a plane, with steps, holes and skin that is hardly there
      p[0] = c[0] < .1f ? kRasterFar : c[0] < .8f || tile % 4 == 0 ? -50.f : -50.f + c[kTilePixels];
      p[3 * kTilePixels] = c[2 * kTilePixels] < .1f ? .4f : 1.f;
    }
  for (const auto& [left, right] : {std::pair{0, Steps::kColumns}, {3, 17}, {5, 6}, {7, 7}}) {
    const Steps here(*GetParam(), skin, left, right),
        expected(kernels(KernelSet::reference), skin, left, right);
    EXPECT_EQ(here.found, expected.found) << left << " to " << right;
    for (int x = kTilePixels * left; x < kTilePixels * right; ++x) {
      if (x % kTilePixels < kTilePixels - kTileSide) continue;
      const float a = here.above[static_cast<std::size_t>(x)],
                  b = expected.above[static_cast<std::size_t>(x)];
      ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << x;
    }
    EXPECT_GE(static_cast<int>(expected.found.size()), right - left);
  }
}

}  // namespace
}  // namespace parlante
