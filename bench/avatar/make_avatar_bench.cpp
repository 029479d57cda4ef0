#include <benchmark/benchmark.h>

#include <string>

#include "avatar/avatar_file.hpp"
#include "avatar/make_avatar.hpp"
#include "media/picture.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

// Keeps the last debug sentence: the milliseconds of each part.
struct Parts final : Sink {
  void log(LogLevel level, std::string_view sentence) override {
    if (level == LogLevel::debug) last = sentence;
  }
  void progress(std::string_view, std::int64_t, std::int64_t) override {}
  std::string last;
};

void photo_to_avatar(benchmark::State& state) {
  const auto networks = FaceNetworks::load(testing::models_folder());
  const auto head = load_head_model(testing::models_folder() / "head.plhead");
  const auto photo = read_picture((testing::samples_folder() / "portrait.png").string());
  if (!networks || !head || !photo) return state.SkipWithError("models or sample missing");
  FaceTracker tracker(*networks);
  Parts parts;
  for (auto _ : state) {
    auto avatar = make_avatar(*photo, tracker, *head, {}, parts);
    if (!avatar) return state.SkipWithError(avatar.error().message.c_str());
    benchmark::DoNotOptimize(avatar->base.data());
  }
  state.SetLabel(parts.last);
}
BENCHMARK(photo_to_avatar)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();

void avatar_file(benchmark::State& state) {
  const auto networks = FaceNetworks::load(testing::models_folder());
  const auto head = load_head_model(testing::models_folder() / "head.plhead");
  const auto photo = read_picture((testing::samples_folder() / "portrait.png").string());
  if (!networks || !head || !photo) return state.SkipWithError("models or sample missing");
  FaceTracker tracker(*networks);
  const auto avatar = make_avatar(*photo, tracker, *head);
  if (!avatar) return state.SkipWithError(avatar.error().message.c_str());
  std::vector<std::uint8_t> bytes = pack_avatar(*avatar);
  for (auto _ : state) {
    if (state.range(0) == 0) {
      bytes = pack_avatar(*avatar);
    } else {
      auto back = unpack_avatar(bytes, "bench");
      benchmark::DoNotOptimize(back->base.data());
    }
  }
  state.SetLabel(std::string(state.range(0) == 0 ? "pack, " : "unpack, ") +
                 std::to_string(bytes.size() / 1024) + " KiB");
}
BENCHMARK(avatar_file)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parlante
