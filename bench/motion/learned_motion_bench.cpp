// What the learned motion costs: a look of the network, a window, a second of sound (25 video frames) with
// its hearing; and how long after its sound a live code comes.
#include <benchmark/benchmark.h>

#include <ctime>

#include "motion/denoiser.hpp"
#include "motion/denoiser_graph.hpp"
#include "motion/learned_face.hpp"
#include "motion/small_motion_model.hpp"
#include "nn/network.hpp"
#include "speech/phonetic_front_end.hpp"
#include "speech/synthetic_sound.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

constexpr int kLiveHearing = 100;  ///< phonetic frames of a live hearing window

/// The model of the build, or one of the same size with random weights, which costs the same.
const MotionWeights& weights() {
  static const MotionWeights the_weights = [] {
    auto trained = MotionWeights::read(testing::models_folder() / "motion.safetensors");
    if (trained) return std::move(*trained);
    testing::SmallMotion random{
        .d = 256, .blocks = 5, .heads = 4, .reach = 40, .window = 60, .previous = 10, .steps = 4};
    for (const auto name : kBlendshapeNames) {
      if (random.channels.size() < 48 && motion_channel(std::string(name)) &&
          std::ranges::find(random.channels, name) == random.channels.end())
        random.channels.emplace_back(name);
    }
    return random.weights();
  }();
  return the_weights;
}

const MotionModel& model() {
  static const MotionModel the_model = MotionModel::build(weights(), 1, MotionModel::kLiveWindow).value();
  return the_model;
}

void BM_BuildModel(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(MotionModel::build(weights()));
}

/// One look of the network at a window of `frames`, or two at once, as guidance needs.
void BM_Look(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0)),
             batch = static_cast<std::size_t>(state.range(1));
  Inference look(Network::compile(build_denoiser(weights(), frames, batch).value(), "look").value());
  for (auto _ : state) look.run();
}

void BM_Window(benchmark::State& state) {
  const Pace pace = state.range(0) ? Pace::live : Pace::offline;
  Denoiser denoiser(
      model(), pace,
      {.steps = static_cast<int>(state.range(1)), .guidance = static_cast<float>(state.range(2)) / 10});
  std::int64_t first = 0;
  for (auto _ : state) {
    denoiser.start_anew();
    denoiser.run(first++);
  }
}

void BM_SecondOffline(benchmark::State& state) {
  const auto hearing = PhoneticModel::load(testing::models_folder() / "phonetic.hama");
  if (!hearing) return state.SkipWithError(hearing.error().message.c_str());
  const auto second = testing::babble(kSampleRate);
  PhoneticFrontEnd front_end(*hearing, {});
  const auto face = make_learned_face(model(), LearnedFaceOptions::offline(1));
  PhoneticFrame frame;
  FaceCode code;
  for (auto _ : state) {
    front_end.push(second);
    while (front_end.pull(frame)) face->push(frame);
    while (face->pull(code)) benchmark::DoNotOptimize(code);
  }
}

double thread_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Sound comes in packets of 20 ms. A code waits from the arrival of the sound at the middle of its 20 ms
/// until the packet that completes its future, and then for what is computed, counted in the thread's own
/// time, as on a core that is free. `first_sample_ms`: the longest that any code's first sample waits.
void BM_SecondLive(benchmark::State& state) {
  const auto hearing = PhoneticModel::load(testing::models_folder() / "phonetic.hama", 1, kLiveHearing);
  if (!hearing) return state.SkipWithError(hearing.error().message.c_str());
  constexpr std::size_t packet = kSampleRate / 50;
  const auto second = testing::babble(kSampleRate);
  PhoneticFrontEnd::Options hear = PhoneticFrontEnd::live();
  LearnedFaceOptions draw = LearnedFaceOptions::live(1);
  hear.look_ahead = draw.look_ahead = static_cast<int>(state.range(0));
  draw.hop = static_cast<int>(state.range(1));
  hear.block = 2 * draw.hop;
  PhoneticFrontEnd front_end(*hearing, hear);
  const auto face = make_learned_face(model(), draw);
  PhoneticFrame frame;
  FaceCode code;
  std::int64_t pushed = 0, codes = 0;
  double waited = 0, computed = 0, longest = 0;
  for (auto _ : state) {
    for (std::size_t at = 0; at < second.size(); at += packet) {
      const double start_s = thread_s();
      front_end.push(std::span(second).subspan(at, packet));
      pushed += static_cast<std::int64_t>(packet);
      while (front_end.pull(frame)) {
        face->push(frame);
        face->foresee(front_end.foreseen());
      }
      const double took_s = thread_s() - start_s;
      while (face->pull(code)) {
        waited += static_cast<double>(pushed - codes * kPhoneticHop - kPhoneticHop / 2) / kSampleRate;
        longest =
            std::max(longest, static_cast<double>(pushed - codes * kPhoneticHop) / kSampleRate + took_s);
        computed += took_s;
        ++codes;
      }
    }
  }
  const auto n = static_cast<double>(codes);
  state.counters["latency_ms"] = 1000 * (waited + computed) / n;
  state.counters["of_it_computed_ms"] = 1000 * computed / n;
  state.counters["first_sample_ms"] = 1000 * longest;
}

BENCHMARK(BM_BuildModel)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Look)
    ->ArgNames({"frames", "batch"})
    ->Args({60, 1})
    ->Args({60, 2})
    ->Args({22, 1})
    ->Args({22, 2})
    ->Args({14, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Window)
    ->ArgNames({"live", "steps", "guidance_tenths"})
    ->Args({0, 4, 15})
    ->Args({0, 4, 10})
    ->Args({1, 4, 15})
    ->Args({1, 4, 10})
    ->Args({1, 2, 10})
    ->Args({1, 1, 10})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_SecondOffline)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_SecondLive)
    ->ArgNames({"look_ahead", "hop"})
    ->Args({5, 1})
    ->Args({6, 1})
    ->Args({6, 2})
    ->Args({5, 2})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parlante
