// What a frame costs, in all and by part. PARLANTE_BENCH_AVATAR names an avatar file; without it a painted
// one is drawn.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "avatar/avatar_file.hpp"
#include "render/eye_region.hpp"
#include "render/frame_layers.hpp"
#include "render/mouth_region.hpp"
#include "render/plain_avatar.hpp"
#include "render/prepared_avatar.hpp"
#include "render/renderer.hpp"

namespace parlante {
namespace {

const Avatar& avatar() {
  static const Avatar one = [] {
    if (const char* file = std::getenv("PARLANTE_BENCH_AVATAR"))
      if (Result<Avatar> loaded = load_avatar(file)) return std::move(*loaded);
    return testing::plain_avatar(1024);
  }();
  return one;
}

FaceCode pose(const char* name) {
  for (const SheetPose& p : sheet_poses())
    if (p.name == name) return p.code;
  return {};
}

void draw(benchmark::State& state, const char* name, int size) {
  RenderOptions options;
  options.size = size;
  Renderer renderer(testing::mean_head(), avatar(), options);
  ImageU8 frame(size, size, 3);
  const FaceCode code = pose(name);
  std::int64_t index = 0;
  for (auto _ : state) renderer.render(code, index++, frame);
}
void BM_Frame(benchmark::State& state, const char* name) {
  draw(state, name, static_cast<int>(state.range(0)));
}
BENCHMARK_CAPTURE(BM_Frame, neutral, "neutral")->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Frame, ah, "ah")->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Frame, yaw, "yaw +12")->Arg(512)->Unit(benchmark::kMillisecond);

struct Stages {
  static constexpr int kSize = 512;
  const HeadModel& head = testing::mean_head();
  const Kernels& kernel = kernels(KernelSet::best);
  std::shared_ptr<const PreparedAvatar> shared = prepare_avatar(head, avatar(), {});
  RigFrame posed = shared->rig.make_frame();
  FrameLayers layers{head, avatar(), shared->place, shared->foreground.scale, shared->plate};
  DetailCanvas canvas{shared->place, avatar().size, 200000, kEyeSkinAttributes, avatar().grid.source.size()};
  MouthRegion mouth{head, avatar(), canvas.capacity()};
  EyeRegion eye{head, avatar(), 0, 2 * kSize};
  ImageU8 frame{kSize, kSize, 3};

  explicit Stages(const char* name) { shared->rig.pose(pose(name), posed); }
};

void BM_Pose(benchmark::State& state) {
  Stages s("ah");
  const FaceCode code = pose("ah");
  for (auto _ : state) s.shared->rig.pose(code, s.posed);
}
BENCHMARK(BM_Pose)->Unit(benchmark::kMillisecond);

void BM_Layers(benchmark::State& state) {
  Stages s("ah");
  for (auto _ : state)
    s.layers.draw(s.kernel, s.posed, s.shared->relief, s.shared->foreground, s.frame, nullptr);
}
BENCHMARK(BM_Layers)->Unit(benchmark::kMillisecond);

void BM_Mouth(benchmark::State& state, const char* name) {
  Stages s(name);
  for (auto _ : state)
    s.mouth.draw(s.kernel, s.posed, s.shared->relief, s.shared->foreground, s.canvas, s.frame);
}
BENCHMARK_CAPTURE(BM_Mouth, closed, "neutral")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Mouth, open, "ah")->Unit(benchmark::kMillisecond);

void BM_Eye(benchmark::State& state, const char* name) {
  Stages s(name);
  for (auto _ : state)
    s.eye.draw(s.kernel, s.posed, s.shared->relief, s.shared->foreground, s.canvas, s.frame);
}
BENCHMARK_CAPTURE(BM_Eye, open, "neutral")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Eye, closed, "blink")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parlante
