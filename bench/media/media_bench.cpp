// What a frame costs to encode, and how fast sound is decoded.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/random.hpp"
#include "media/audio_reader.hpp"
#include "media/movie_writer.hpp"
#include "media/picture.hpp"

namespace parlante {
namespace {

std::string temporary(const char* name) {
  return (std::filesystem::temp_directory_path() / name).string();
}

/// A soft texture that moves, with a little grain, like a talking head's frame.
ImageU8 moving_frame(int size, int index) {
  ImageU8 frame(size, size, 3);
  Random random(static_cast<std::uint64_t>(index));
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const int soft = 60 + ((x + index) * 120 + y * 90) / size % 150;
      const int grain = static_cast<int>(random.bits() % 5);
      for (int c = 0; c < 3; ++c) frame.at(x, y)[c] = static_cast<std::uint8_t>(soft + grain - 8 * c + 16);
    }
  return frame;
}

void encode_frames(benchmark::State& state, bool planes) {
  const int size = static_cast<int>(state.range(0));
  MovieSettings settings;
  settings.width = settings.height = size;
  settings.threads = static_cast<int>(state.range(1));
  std::vector<ImageU8> frames;
  for (int i = 0; i < 16; ++i) frames.push_back(moving_frame(size, i));
  const auto pixels = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  std::vector<std::vector<std::uint8_t>> luma;
  for (const auto& frame : frames) {
    luma.emplace_back(pixels);
    for (std::size_t i = 0; i < pixels; ++i) luma.back()[i] = frame.pixels[i * 3];
  }
  const std::vector<std::uint8_t> chroma(pixels / 4, 128);
  auto movie = MovieWriter::open(temporary("parlante-bench.mp4"), settings);
  if (!movie) return state.SkipWithError(movie.error().message.c_str());
  std::size_t next = 0;
  for (auto _ : state) {
    const std::size_t i = next++ % frames.size();
    const auto written =
        planes ? movie->write_frame_yuv420(luma[i], chroma, chroma) : movie->write_frame(frames[i]);
    if (!written) return state.SkipWithError(written.error().message.c_str());
  }
}

void EncodeRgbFrame(benchmark::State& state) {
  encode_frames(state, false);
}
void EncodeYuvFrame(benchmark::State& state) {
  encode_frames(state, true);
}
BENCHMARK(EncodeRgbFrame)
    ->Args({512, 1})
    ->Args({512, 0})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
BENCHMARK(EncodeYuvFrame)
    ->Args({512, 1})
    ->Args({512, 0})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// 60 s of 48 kHz stereo AAC to 16 kHz mono; the rate is in seconds of sound per second.
void DecodeSound(benchmark::State& state) {
  const std::string file = temporary("parlante-bench-sound.mp4");
  MovieSettings settings;
  settings.width = settings.height = 64;
  auto movie = MovieWriter::open(file, settings);
  if (!movie) return state.SkipWithError(movie.error().message.c_str());
  Random random(1);
  std::vector<float> sound(48000 * 2 * 60);
  for (float& sample : sound) sample = static_cast<float>(random.uniform(-.3, .3));
  const ImageU8 frame(64, 64, 3, 90);
  bool fine = movie->write_audio(sound).has_value();
  for (int i = 0; i < 25 * 60 && fine; ++i) fine = movie->write_frame(frame).has_value();
  if (!fine || !movie->finish()) return state.SkipWithError("the movie could not be written");
  std::vector<float> piece(16000);
  for (auto _ : state) {
    auto reader = AudioReader::open(file, 16000, 1);
    if (!reader) return state.SkipWithError(reader.error().message.c_str());
    while (reader->read(piece).value_or(0) > 0) benchmark::DoNotOptimize(piece.data());
  }
  state.SetItemsProcessed(state.iterations() * 60);
  std::filesystem::remove(file);
}
BENCHMARK(DecodeSound)->Unit(benchmark::kMillisecond);

void WritePng(benchmark::State& state) {
  const ImageU8 frame = moving_frame(512, 1);
  for (auto _ : state)
    if (!write_png(frame, temporary("parlante-bench.png")))
      return state.SkipWithError("the picture could not be written");
  std::filesystem::remove(temporary("parlante-bench.png"));
}
BENCHMARK(WritePng)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parlante
