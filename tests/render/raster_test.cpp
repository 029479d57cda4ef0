#include "render/raster.hpp"

#include <cmath>
#include <limits>

#include "render/kernel_pairs.hpp"

namespace parlante {
namespace {

using testing::random_floats;

/// A target with all its buffers.
struct Canvas {
  int width, height, attributes;
  std::vector<float> depth, values, barycentric;
  std::vector<std::int32_t> id;
  RasterTarget target;

  Canvas(int width_, int height_, int attributes_) : width(width_), height(height_), attributes(attributes_) {
    const auto pixels = static_cast<std::size_t>(width * height);
    depth.resize(pixels);
    id.resize(pixels);
    values.assign(pixels * static_cast<std::size_t>(attributes), 0);
    barycentric.assign(pixels * 2, 0);
    target.width = width;
    target.height = height;
    target.depth = depth.data();
    target.id = id.data();
    target.attributes = attributes > 0 ? values.data() : nullptr;
    target.barycentric = barycentric.data();
    clear_raster(target);
  }
};

struct Triangles {
  std::vector<float> xy, z, attributes;
  std::vector<std::int32_t> indices;
  int attribute_count = 0;

  RasterMesh mesh() const {
    RasterMesh m;
    m.xy = xy.data();
    m.z = z.data();
    m.attributes = attributes.empty() ? nullptr : attributes.data();
    m.attribute_count = attribute_count;
    m.triangles = indices.data();
    m.triangle_count = indices.size() / 3;
    return m;
  }
};

/// A square of side 8 px in two triangles at (4, 4), attribute = x.
Triangles square(float z) {
  Triangles t;
  t.xy = {4, 4, 12, 4, 12, 12, 4, 12};
  t.z = {z, z, z, z};
  t.attributes = {4, 12, 12, 4};
  t.attribute_count = 1;
  t.indices = {0, 1, 2, 0, 2, 3};
  return t;
}

class Raster : public ::testing::TestWithParam<RasterFn> {};
INSTANTIATE_TEST_SUITE_P(Kernels, Raster,
                         ::testing::Values(kernels(KernelSet::reference).raster,
                                           kernels(KernelSet::best).raster));

TEST_P(Raster, CoversExactlyTheSquareAndLeavesNoSeam) {
  Canvas canvas(16, 16, 1);
  GetParam()(square(1).mesh(), canvas.target);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x) {
      const bool inside = x >= 4 && x < 12 && y >= 4 && y < 12;
      const auto i = static_cast<std::size_t>(y * 16 + x);
      EXPECT_EQ(canvas.id[i] >= 0, inside) << x << ' ' << y;
      if (inside) {
        EXPECT_NEAR(canvas.values[i], static_cast<float>(x) + .5f, 1e-4f);
      }
    }
}

TEST_P(Raster, NearerTrianglesHideFartherOnesInEitherOrder) {
  for (const bool near_first : {true, false}) {
    Canvas canvas(16, 16, 1);
    Triangles near = square(-10), far = square(-20);
    RasterMesh near_mesh = near.mesh(), far_mesh = far.mesh();
    near_mesh.first_id = 100;
    far_mesh.first_id = 200;
    GetParam()(near_first ? near_mesh : far_mesh, canvas.target);
    GetParam()(near_first ? far_mesh : near_mesh, canvas.target);
    EXPECT_TRUE(canvas.id[8 * 16 + 8] == 100 || canvas.id[8 * 16 + 8] == 101);
    EXPECT_FLOAT_EQ(canvas.depth[8 * 16 + 8], -10);
  }
}

TEST_P(Raster, BarycentricsRebuildTheAttributes) {
  Canvas canvas(16, 16, 1);
  const Triangles t = square(1);
  GetParam()(t.mesh(), canvas.target);
  for (std::size_t i = 0; i < canvas.id.size(); ++i) {
    if (canvas.id[i] < 0) continue;
    const std::int32_t* v = t.indices.data() + 3 * canvas.id[i];
    const float w1 = canvas.barycentric[2 * i], w2 = canvas.barycentric[2 * i + 1];
    const auto a = [&](int k) { return t.attributes[static_cast<std::size_t>(v[k])]; };
    EXPECT_NEAR((1 - w1 - w2) * a(0) + w1 * a(1) + w2 * a(2), canvas.values[i], 1e-4f);
  }
}

TEST_P(Raster, OffsetAndScaleDrawARegionLarger) {
  Canvas canvas(16, 16, 1);
  canvas.target.offset_x = 4;
  canvas.target.offset_y = 4;
  canvas.target.scale = 2;
  GetParam()(square(1).mesh(), canvas.target);
  for (std::size_t i = 0; i < canvas.id.size(); ++i) EXPECT_GE(canvas.id[i], 0);
  EXPECT_NEAR(canvas.values[0], 4.25f, 1e-4f);
}

TEST_P(Raster, CullsTheWindingItIsToldTo) {
  for (const Cull cull : {Cull::clockwise, Cull::counter_clockwise}) {
    Canvas canvas(16, 16, 0);
    RasterMesh mesh = square(1).mesh();
    const Triangles kept = square(1);
    mesh = kept.mesh();
    mesh.cull = cull;
    GetParam()(mesh, canvas.target);
    EXPECT_EQ(canvas.id[8 * 16 + 8] >= 0, cull == Cull::counter_clockwise);  // clockwise as seen, y down
  }
}

TEST_P(Raster, LeavesOutBrokenAndHugeTrianglesAndDrawsTheRest) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN(),
                  infinity = std::numeric_limits<float>::infinity();
  Triangles t;
  t.xy = {0, 0, nan, 5, 9,  9,  infinity, 3,      1e30f, -1e30f, 200000, 5,
          4, 4, 12,  4, 12, 12, -50000,   -50000, 90000, 0,      0,      90000};
  t.z.assign(12, 1);
  t.z[2] = nan;
  t.indices = {0, 1, 2, 0, 3, 2, 0, 4, 5, 2, 2, 2, 6, 7, 8};
  Canvas canvas(16, 16, 0);
  GetParam()(t.mesh(), canvas.target);
  EXPECT_EQ(canvas.id[5 * 16 + 10], 4);
  for (const std::int32_t id : canvas.id) EXPECT_TRUE(id == -1 || id == 4);
  // One that covers everything, within the bounds.
  t.indices = {9, 10, 11};
  GetParam()(t.mesh(), canvas.target);
  EXPECT_EQ(canvas.id[15 * 16], 0);
}

TEST_P(Raster, ATriangleOutsideTheTargetTouchesNothing) {
  Triangles t = square(1);
  for (float& v : t.xy) v += 100;
  Canvas canvas(16, 16, 1);
  GetParam()(t.mesh(), canvas.target);
  for (float& v : t.xy) v -= 200;
  GetParam()(t.mesh(), canvas.target);
  for (const std::int32_t id : canvas.id) EXPECT_EQ(id, -1);
}

TEST(RasterKernels, AgreeOnARandomCloudOfTriangles) {
  PARLANTE_FAST_KERNELS(fast);
  for (const int attributes : {0, 1, 4, 7, 11}) {
    Triangles t;
    constexpr std::size_t vertices = 600;
    t.xy = random_floats(2 * vertices, 1, -40, 240);
    // Small triangles and large ones.
    for (std::size_t v = 0; v < vertices; ++v)
      if (v % 6 != 0 && v % 3 != 0)
        for (std::size_t k = 0; k < 2; ++k)
          t.xy[2 * v + k] = t.xy[2 * (v - v % 3) + k] + .06f * (t.xy[2 * v + k] - 100);
    t.z = random_floats(vertices, 2, -90, -70);
    t.attribute_count = attributes;
    if (attributes > 0)
      t.attributes = random_floats(vertices * static_cast<std::size_t>(attributes), 3, -5, 5);
    for (std::int32_t v = 0; v < static_cast<std::int32_t>(vertices); ++v) t.indices.push_back(v);
    Canvas a(203, 151, attributes), b(203, 151, attributes);
    kernels(KernelSet::reference).raster(t.mesh(), a.target);
    fast.raster(t.mesh(), b.target);
    std::size_t differing = 0;
    float worst = 0;
    for (std::size_t i = 0; i < a.id.size(); ++i) {
      if (a.id[i] != b.id[i]) {
        ++differing;
        continue;
      }
      if (a.id[i] < 0) continue;
      for (std::size_t k = 0; k < static_cast<std::size_t>(attributes); ++k) {
        const std::size_t at = i * static_cast<std::size_t>(attributes) + k;
        worst = std::max(worst, std::abs(a.values[at] - b.values[at]));
      }
    }
    EXPECT_LT(differing, 8u);  // rounding at edges
    EXPECT_LT(worst, 2e-2f);
  }
}

}  // namespace
}  // namespace parlante
