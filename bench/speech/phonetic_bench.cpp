// What hearing costs: one window, and a second of sound in offline and live options.
#include <benchmark/benchmark.h>

#include "speech/phonetic_front_end.hpp"
#include "speech/pitch.hpp"
#include "speech/synthetic_sound.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

void stream_seconds(benchmark::State& state, int window, PhoneticFrontEnd::Options options) {
  const auto model = PhoneticModel::load(testing::models_folder() / "phonetic.hama", 1, window);
  if (!model) return state.SkipWithError(model.error().message.c_str());
  const auto second = testing::babble(kSampleRate);
  PhoneticFrontEnd front_end(*model, options);
  PhoneticFrame frame;
  std::int64_t frames = 0;
  for (auto _ : state) {
    front_end.push(second);
    while (front_end.pull(frame)) ++frames;
    benchmark::DoNotOptimize(frame);
  }
  state.counters["frames/s"] = benchmark::Counter(static_cast<double>(frames), benchmark::Counter::kIsRate);
}

void BM_SecondOfSoundOffline(benchmark::State& state) {
  stream_seconds(state, PhoneticModel::kDefaultWindow, {});
}
void BM_SecondOfSoundLive(benchmark::State& state) {
  stream_seconds(state, 100, PhoneticFrontEnd::live());
}
void BM_Window(benchmark::State& state) {
  const int frames = static_cast<int>(state.range(0));
  const auto model = PhoneticModel::load(testing::models_folder() / "phonetic.hama", 1, frames);
  if (!model) return state.SkipWithError(model.error().message.c_str());
  const auto sound = testing::babble(static_cast<std::size_t>(frames) * kPhoneticHop);
  PhoneticFrontEnd front_end(*model, {.look_ahead = 0, .block = 1});
  PhoneticFrame frame;
  front_end.push(sound);
  while (front_end.pull(frame)) {
  }
  const std::vector<float> hop(kPhoneticHop);
  for (auto _ : state) {
    front_end.push(hop);
    benchmark::DoNotOptimize(front_end.pull(frame));
  }
}
void BM_Pitch(benchmark::State& state) {
  PitchDetector detector;
  const auto sound = testing::tone(PitchDetector::kSpan, 120);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        detector.estimate(std::span<const float, PitchDetector::kSpan>(sound.data(), PitchDetector::kSpan)));
  }
}

BENCHMARK(BM_SecondOfSoundOffline)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_SecondOfSoundLive)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Window)->Arg(50)->Arg(100)->Arg(200)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Pitch)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parlante
