// One frame's landmarks to its face code, and the first pass over a clip.
#include <benchmark/benchmark.h>

#include "track/tracked_clip.hpp"

namespace parlante {
namespace {

using enum Blendshape;

std::vector<TrackedFrame> clip() {
  std::vector<TrackedFrame> frames;
  for (int i = 0; i < 250; ++i)
    frames.push_back(
        testing::frame_of({{jawOpen, .004F * static_cast<float>(i % 100)}, {mouthPucker, i % 3 ? .3F : 0}}));
  return frames;
}

void solve_frame(benchmark::State& state) {
  const auto frames = clip();
  const auto person = testing::solver().calibrate(frames).value();
  std::size_t next = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(testing::solver().solve(frames[next++ % frames.size()], person));
}

void calibrate_ten_seconds(benchmark::State& state) {
  const auto frames = clip();
  for (auto _ : state) benchmark::DoNotOptimize(testing::solver().calibrate(frames));
}

}  // namespace
BENCHMARK(solve_frame);
BENCHMARK(calibrate_ten_seconds)->Unit(benchmark::kMillisecond);
}  // namespace parlante
