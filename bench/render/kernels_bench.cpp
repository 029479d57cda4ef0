// Every pixel kernel on a picture of 512 x 512, reference and fastest; and the rig on the mean head.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "core/aligned_vector.hpp"
#include "core/random.hpp"
#include "render/kernels.hpp"
#include "render/rig.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

constexpr int kSide = 512;
constexpr std::size_t kPixels = static_cast<std::size_t>(kSide) * kSide;

std::vector<std::uint8_t> picture(int channels) {
  Random random(1);
  std::vector<std::uint8_t> bytes(kPixels * static_cast<std::size_t>(channels));
  for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random.bits() >> 56);
  return bytes;
}

/// A grid of cells like the relief's or the face's: smooth, a little turned.
struct GridMesh {
  std::vector<float> xy, z, attributes;
  std::vector<std::int32_t> triangles;
  RasterMesh mesh;

  GridMesh(int cell, int attribute_count) {
    const int n = kSide / cell + 1;
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        const auto x = static_cast<float>(i * cell), y = static_cast<float>(j * cell);
        xy.push_back(x + 3 * std::sin(y / 40));
        xy.push_back(y + 3 * std::cos(x / 40));
        z.push_back(-60 + std::sin(x / 90) * std::cos(y / 90));
        for (int k = 0; k < attribute_count; ++k) attributes.push_back(k % 2 == 0 ? x : y);
        if (i + 1 < n && j + 1 < n) {
          const std::int32_t v = j * n + i;
          for (const std::int32_t corner : {v, v + 1, v + n + 1, v, v + n + 1, v + n})
            triangles.push_back(corner);
        }
      }
    mesh.xy = xy.data();
    mesh.z = z.data();
    mesh.attributes = attributes.empty() ? nullptr : attributes.data();
    mesh.attribute_count = attribute_count;
    mesh.triangles = triangles.data();
    mesh.triangle_count = triangles.size() / 3;
  }
};

const Kernels& table(const benchmark::State& state) {
  constexpr KernelSet kSets[] = {KernelSet::reference, KernelSet::avx2, KernelSet::best};
  return kernels(kSets[state.range(0)]);
}

void raster(benchmark::State& state) {
  const GridMesh grid(static_cast<int>(state.range(1)), static_cast<int>(state.range(2)));
  std::vector<float> depth(kPixels),
      out(kPixels * static_cast<std::size_t>(std::max(grid.mesh.attribute_count, 1)));
  std::vector<std::int32_t> id(kPixels);
  RasterTarget target;
  target.width = target.height = kSide;
  target.depth = depth.data();
  target.id = id.data();
  target.attributes = out.data();
  for (auto _ : state) {
    clear_raster(target);
    table(state).raster(grid.mesh, target);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(raster)
    ->ArgNames({"set", "cell", "attributes"})
    ->ArgsProduct({{0, 1}, {3, 4, 16}, {2, 4, 11}})
    ->Unit(benchmark::kMillisecond);

/// The whole picture in bands, as FrameLayers draws it.
void raster_tiles(benchmark::State& state) {
  constexpr int kBandRows = 8, kTiles = kSide / kTileSide;
  const GridMesh grid(static_cast<int>(state.range(1)), static_cast<int>(state.range(2)));
  std::vector<std::uint8_t> first(triangle_bands_size(grid.mesh.triangle_count)), last(first.size());
  TriangleBands bands;
  bands.band_height = kBandRows * kTileSide, bands.bands = kTiles / kBandRows;
  bands.first = first.data(), bands.last = last.data();
  TileTarget target;
  target.columns = kTiles, target.rows = kBandRows, target.attribute_count = grid.mesh.attribute_count;
  AlignedVector<float> tiles(static_cast<std::size_t>(kTiles * kBandRows) * target.tile_floats());
  target.tiles = tiles.data();
  for (auto _ : state) {
    table(state).sort_bands(grid.mesh, bands);
    for (int band = 0; band < bands.bands; ++band) {
      target.top = static_cast<float>(band * kBandRows * kTileSide);
      clear_tiles(target);
      table(state).raster_tiles(grid.mesh, bands, band, target);
      benchmark::DoNotOptimize(tiles.data());
    }
  }
}
BENCHMARK(raster_tiles)
    ->ArgNames({"set", "cell", "attributes"})
    ->ArgsProduct({{0, 1, 2}, {3, 4, 16}, {2, 4}})
    ->Unit(benchmark::kMillisecond);

/// A picture that is foreground from rim to rim.
void compose_tiles(benchmark::State& state) {
  constexpr int kTiles = kSide / kTileSide;
  AlignedVector<float> skin(kTiles * kSkinTileFloats), relief(kTiles * kReliefTileFloats);
  const std::vector<std::uint8_t> texels = picture(4), plate = picture(4);
  std::vector<std::uint8_t> out = picture(3);
  for (int x = 0; x < kSide; ++x)
    for (int y = 0; y < kTileSide; ++y) {
      const int i = y * kTileSide + x % kTileSide;
      float *s = skin.data() + x / kTileSide * kSkinTileFloats + i,
            *r = relief.data() + x / kTileSide * kReliefTileFloats + i;
      const float values[] = {static_cast<float>(x) * .98f, static_cast<float>(y), .5f, 1.1f};
      s[0] = r[0] = -50;
      for (int k = 0; k < 4; ++k) s[kTilePixels * (k + 1)] = values[k];
      for (int k = 0; k < 2; ++k) r[kTilePixels * (k + 1)] = values[k];
    }
  TileRow row;
  row.skin = skin.data(), row.relief = relief.data(), row.columns = kTiles, row.width = kSide;
  row.out_stride = kSide * 3;
  for (auto _ : state)
    for (int y = 0; y < kTiles; ++y) {
      row.plate = plate.data() + static_cast<std::ptrdiff_t>(y) * kTiles * kTilePixels * 4;
      row.out = out.data() + static_cast<std::ptrdiff_t>(y) * kTileSide * row.out_stride;
      table(state).compose_tiles(
          row, {texels.data(), kSide, kSide, kSide * 4, 0, static_cast<float>(-y * kTileSide)});
    }
}
BENCHMARK(compose_tiles)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

struct WarpInput {
  std::vector<std::uint8_t> texels = picture(4), out = std::vector<std::uint8_t>(kPixels * 4);
  std::vector<float> u = std::vector<float>(kPixels), v = u;
  WarpInput() {
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        u[static_cast<std::size_t>(y * kSide + x)] =
            static_cast<float>(x) * .98f + 4 * std::sin(static_cast<float>(y) / 50);
        v[static_cast<std::size_t>(y * kSide + x)] =
            static_cast<float>(y) * .98f + 4 * std::cos(static_cast<float>(x) / 50);
      }
  }
  Texture texture() const { return {texels.data(), kSide, kSide, kSide * 4, 0, 0}; }
  WarpMap map() const { return {u.data(), v.data(), 1, kSide}; }
};

void warp_bilinear(benchmark::State& state) {
  WarpInput in;
  for (auto _ : state)
    table(state).warp_bilinear_u8(in.texture(), in.map(), kSide, kSide, in.out.data(), kSide * 4);
}
void warp_bicubic(benchmark::State& state) {
  WarpInput in;
  for (auto _ : state)
    table(state).warp_bicubic_u8(in.texture(), in.map(), kSide, kSide, in.out.data(), kSide * 4);
}
void over_plate(benchmark::State& state) {
  const std::vector<std::uint8_t> layer = picture(4), plate = picture(3);
  std::vector<std::uint8_t> out(kPixels * 3);
  const std::vector<float> shade(kPixels, 1.1f);
  OverPlate o;
  o.layer = layer.data();
  o.layer_stride = kSide * 4;
  o.shade = shade.data();
  o.shade_row = kSide;
  o.plate = plate.data();
  o.out = out.data();
  o.plate_stride = o.out_stride = kSide * 3;
  for (auto _ : state) table(state).over_plate(o, kSide, kSide);
}
void blend(benchmark::State& state) {
  const std::vector<float> layer(kPixels * 4, .4f);
  std::vector<std::uint8_t> out = picture(3);
  for (auto _ : state) table(state).blend(layer.data(), kSide * 4, out.data(), kSide * 3, kSide, kSide);
}
void blur_128_by_96(benchmark::State& state) {
  std::vector<float> plane(128 * 96, .5f), scratch(blur_scratch_size(128, 96));
  for (auto _ : state)
    table(state).blur(plane.data(), 128, 128, 96, static_cast<float>(state.range(1)), scratch.data());
}
void grain(benchmark::State& state) {
  const Grain noise = make_grain(1, {1, 1, 1, 1, 1, 1, 1, 1}, 1);
  std::vector<std::uint8_t> out = picture(3);
  for (auto _ : state) table(state).grain(noise, {17, 33}, out.data(), kSide * 3, kSide, kSide);
}
void yuv420(benchmark::State& state) {
  const std::vector<std::uint8_t> rgb = picture(3);
  std::vector<std::uint8_t> y(kPixels), u(kPixels / 4), v(kPixels / 4);
  for (auto _ : state)
    table(state).yuv420(rgb.data(), kSide * 3, kSide, kSide,
                        {y.data(), u.data(), v.data(), kSide, kSide / 2, kSide / 2});
}
void halve_f32(benchmark::State& state) {
  const std::vector<float> in(kPixels * 4, .5f);
  std::vector<float> out(kPixels);
  for (auto _ : state)
    table(state).halve_f32(in.data(), kSide * 4, out.data(), kSide * 2, kSide / 2, kSide / 2);
}
BENCHMARK(warp_bilinear)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(warp_bicubic)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(over_plate)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(blend)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(blur_128_by_96)
    ->ArgNames({"set", "sigma"})
    ->ArgsProduct({{0, 1}, {1, 7, 18}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(grain)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(yuv420)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);
BENCHMARK(halve_f32)->ArgName("set")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

/// The mean head with 27 mouth weights, blinking, speaking.
void rig_pose(benchmark::State& state) {
  const Result<HeadModel> head = load_head_model(testing::models_folder() / "head.plhead");
  if (!head) {
    state.SkipWithError("no head.plhead among the models");
    return;
  }
  Avatar avatar;
  avatar.size = 1024;
  avatar.camera = {1638.4, 512, 512};
  avatar.translation = {0, 0, -60};
  avatar.base = head->neutral;
  avatar.texture.assign(avatar.base.size(), Vec2f::Zero());
  avatar.lip_slide.assign(avatar.base.size(), 0);
  avatar.inner_lip.assign(avatar.base.size(), 0);
  for (int v = 0; v < 161 * 161; ++v) {
    avatar.grid.rest.emplace_back(static_cast<float>(v % 161) / 4 - 20, static_cast<float>(v / 161) / 4 - 20,
                                  0.f);
    avatar.grid.head_weight.push_back(static_cast<float>(v / 161) / 160);
  }
  const Rig rig(*head, avatar);
  RigFrame frame = rig.make_frame();
  FaceCode code;
  for (std::size_t k = static_cast<std::size_t>(Blendshape::jawForward);
       k <= static_cast<std::size_t>(Blendshape::mouthUpperUpRight); ++k)
    code.weights[k] = .15f;
  code.weights[Blendshape::eyeBlinkLeft] = code.weights[Blendshape::eyeBlinkRight] = .5f;
  code.aperture = .1f;
  code.yaw = .1f;
  for (auto _ : state) rig.pose(code, frame);
}
BENCHMARK(rig_pose)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parlante
