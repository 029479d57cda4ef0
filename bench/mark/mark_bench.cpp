// What the invisible mark costs: by kernels and size, beside a drawn frame, and what it costs to look for it.
// PARLANTE_BENCH_AVATAR names an avatar file; without it a painted one is drawn.
#include <benchmark/benchmark.h>
#include <time.h>

#include <cstdlib>

#include "avatar/avatar_file.hpp"
#include "core/random.hpp"
#include "mark/mark_reader.hpp"
#include "mark/watermark.hpp"
#include "render/plain_avatar.hpp"
#include "render/renderer.hpp"

namespace parlante {
namespace {

constexpr MarkPayload kPayload{1, 0xabcdef};
constexpr KernelSet kSets[] = {KernelSet::reference, KernelSet::avx2, KernelSet::avx512, KernelSet::neon};
constexpr const char* kSetNames[] = {"reference", "avx2", "avx512", "neon"};

/// Smooth shades with a busy middle, as a portrait has.
ImageU8 picture(int width, int height) {
  Random random(1);
  ImageU8 made(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool busy = 2 * std::abs(2 * x - width) < width;
      const int level =
          60 + x * 90 / width + y * 60 / height + (busy ? static_cast<int>(random.bits() % 32) : 0);
      for (int c = 0; c < 3; ++c) made.at(x, y)[c] = static_cast<std::uint8_t>(level + 8 * c);
    }
  return made;
}

void BM_Mark(benchmark::State& state) {
  const auto width = static_cast<int>(state.range(0)), height = static_cast<int>(state.range(1));
  const KernelSet set = kSets[state.range(2)];
  if (!cpu_runs(set)) return state.SkipWithError("this CPU has not got these kernels");
  const Watermark mark(kPayload, width, height, 3, set);
  ImageU8 frame = picture(width, height);
  for (auto _ : state) {
    mark.apply(frame);
    benchmark::DoNotOptimize(frame.pixels.data());
    benchmark::ClobberMemory();
  }
  state.SetLabel(kSetNames[state.range(2)]);
}
void sizes(benchmark::internal::Benchmark* bench) {
  for (const auto& [width, height] : {std::pair(256, 256), std::pair(512, 512), std::pair(1920, 1080)})
    for (int set = 0; set < 4; ++set) bench->Args({width, height, set});
}
BENCHMARK(BM_Mark)->Apply(sizes)->Unit(benchmark::kMillisecond);

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

/// Both in one run, so that a busy machine slows both.
void BM_FrameWithMark(benchmark::State& state) {
  static const Avatar avatar = [] {
    if (const char* file = std::getenv("PARLANTE_BENCH_AVATAR"))
      if (Result<Avatar> loaded = load_avatar(file)) return std::move(*loaded);
    return testing::plain_avatar(1024);
  }();
  const auto size = static_cast<int>(state.range(0));
  RenderOptions options;
  options.size = size;
  Renderer renderer(testing::mean_head(), avatar, options);
  const Watermark mark(kPayload, size, size);
  ImageU8 frame(size, size, 3);
  double drawing = 0, marking = 0;
  std::int64_t index = 0;
  for (auto _ : state) {
    const double start = cpu_ms();
    renderer.render({}, index++, frame);
    const double drawn = cpu_ms();
    mark.apply(frame);
    drawing += drawn - start, marking += cpu_ms() - drawn;
  }
  state.counters["draw_ms"] = drawing / static_cast<double>(index);
  state.counters["mark_ms"] = marking / static_cast<double>(index);
  state.counters["mark_share"] = marking / (drawing + marking);
}
BENCHMARK(BM_FrameWithMark)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);

void BM_Look(benchmark::State& state, bool marked, MarkEffort effort) {
  ImageU8 frame = picture(512, 512);
  if (marked) Watermark(kPayload, 512, 512).apply(frame);
  MarkReader reader;
  reader.add(frame);
  bool found = false;
  for (auto _ : state) found = reader.find(effort).marked;
  if (found != marked) state.SkipWithError("the mark was not read as it is");
}
BENCHMARK_CAPTURE(BM_Look, marked, true, MarkEffort::thorough)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Look, unmarked_as_made, false, MarkEffort::as_made)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Look, unmarked_thorough, false, MarkEffort::thorough)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parlante
