// The whole way: speech to frames to a file. CPU time a frame is what counts: `CPU` is that of all threads.
#include <benchmark/benchmark.h>

#include <ctime>
#include <filesystem>
#include <optional>

#include "avatar/make_avatar.hpp"
#include "media/movie_writer.hpp"
#include "media/picture.hpp"
#include "stream/stream.hpp"
#include "support/paths.hpp"
#include "support/wav.hpp"

namespace parlante {
namespace {

constexpr double kSeconds = 8;

struct Stage {
  std::shared_ptr<const Model> model = load_model(testing::models_folder()).value();
  std::shared_ptr<const Avatar> avatar = [this] {
    FaceTracker tracker(*model->face);
    const ImageU8 photo = read_picture((testing::samples_folder() / "portrait.png").string()).value();
    return std::make_shared<const Avatar>(make_avatar(photo, tracker, *model->head).value());
  }();
  std::vector<float> sound = testing::buzz(kSeconds, kSampleRate);
  std::vector<float> film_sound = testing::buzz(kSeconds, 48000, 2);
};

const Stage& stage() {
  static const Stage the_stage;
  return the_stage;
}

/// Frames in memory, or a finished film.
enum class Extent { frames, film };

void film(benchmark::State& state, Extent extent) {
  (void)stage();  // loading is not measured
  StreamOptions options;
  options.render.size = static_cast<int>(state.range(0));
  options.render_threads = static_cast<int>(state.range(1));
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "parlante-bench.mp4";
  std::int64_t frames = 0;
  const std::clock_t start = std::clock();  // of all threads
  for (auto _ : state) {
    Stream stream = Stream::open(stage().model, stage().avatar, options).value();
    MovieSettings settings;
    settings.width = settings.height = options.render.size;
    std::optional<MovieWriter> movie;
    if (extent == Extent::film) {
      movie.emplace(MovieWriter::open(file.string(), settings).value());
      if (!movie->write_audio(stage().film_sound)) state.SkipWithError("the sound cannot be written");
    }
    stream.push(stage().sound);
    stream.end();
    Frame frame;
    while (stream.pull(frame)) {
      if (movie && !movie->write_frame(frame.picture)) state.SkipWithError("a frame cannot be written");
      ++frames;
    }
    if (movie && !movie->finish()) state.SkipWithError("the film cannot be finished");
  }
  std::filesystem::remove(file);
  state.counters["fps"] = benchmark::Counter(static_cast<double>(frames), benchmark::Counter::kIsRate);
  const double cpu_ms = 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  state.counters["core_ms_a_frame"] = cpu_ms / static_cast<double>(frames);
}

void film_arguments(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"size", "threads"})->Args({512, 1})->Args({512, 2})->Args({256, 1})->Args({1024, 1});
  bench->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1);
}

BENCHMARK_CAPTURE(film, frames_only, Extent::frames)->Apply(film_arguments);
BENCHMARK_CAPTURE(film, with_encoding, Extent::film)->Apply(film_arguments);

}  // namespace
}  // namespace parlante
