// What a frame and its sound cost to encode live, and how long a frame takes to leave.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "core/random.hpp"
#include "media/live_encoder.hpp"
#include "media/video_reader.hpp"

namespace parlante {
namespace {

/// Frames of the film that PARLANTE_BENCH_FILM names, or a soft texture that moves.
std::vector<ImageU8> frames_of(int side) {
  std::vector<ImageU8> frames;
  if (const char* film = std::getenv("PARLANTE_BENCH_FILM")) {
    auto video = VideoReader::open(film);
    ImageU8 frame;
    while (video && frames.size() < 100 && video->next(frame).value_or(false)) frames.push_back(frame);
    return frames;
  }
  for (int i = 0; i < 16; ++i) {
    Random random(static_cast<std::uint64_t>(i));
    ImageU8 frame(side, side, 3);
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        for (int c = 0; c < 3; ++c)
          frame.at(x, y)[c] = static_cast<std::uint8_t>(60 + ((x + i) * 120 + y * 90) / side % 150 +
                                                        static_cast<int>(random.bits() % 5));
    frames.push_back(std::move(frame));
  }
  return frames;
}

/// Arguments: side, threads, kbit/s.
void EncodeLiveFrame(benchmark::State& state) {
  const auto frames = frames_of(static_cast<int>(state.range(0)));
  LiveVideoSettings settings;
  settings.width = frames[0].width;
  settings.height = frames[0].height;
  settings.threads = static_cast<int>(state.range(1));
  settings.bits_per_second = static_cast<int>(state.range(2)) * 1000;
  auto encoder = LiveVideoEncoder::open(settings);
  if (!encoder) return state.SkipWithError(encoder.error().message.c_str());
  std::int64_t index = 0;
  std::size_t bytes = 0, largest = 0;
  for (auto _ : state) {
    const auto picture = encoder->encode(frames[static_cast<std::size_t>(index) % frames.size()], index);
    if (!picture) return state.SkipWithError(picture.error().message.c_str());
    bytes += picture->bytes.size();
    largest = std::max(largest, picture->bytes.size());
    ++index;
  }
  state.counters["kbit/s"] = static_cast<double>(bytes) * 8 / 1000 * 25 / static_cast<double>(index);
  state.counters["largest"] = static_cast<double>(largest);
}
BENCHMARK(EncodeLiveFrame)
    ->Args({512, 1, 1500})
    ->Args({512, 2, 1500})
    ->Args({512, 1, 3000})
    ->Args({256, 1, 600})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void EncodeLiveSound(benchmark::State& state) {
  auto encoder = LiveAudioEncoder::open({});
  if (!encoder) return state.SkipWithError(encoder.error().message.c_str());
  std::vector<float> sound(960);
  Random random(1);
  for (float& value : sound) value = static_cast<float>(random.uniform() - .5);
  EncodedSound packet;
  for (auto _ : state)
    if (!encoder->push(sound) || !encoder->next(packet)) return state.SkipWithError("not encoded");
}
BENCHMARK(EncodeLiveSound)->Unit(benchmark::kMillisecond);

void WriteLiveFragment(benchmark::State& state) {
  auto video = LiveVideoEncoder::open({});
  auto movie = FragmentedMp4::open(*video, nullptr);
  if (!movie) return state.SkipWithError(movie.error().message.c_str());
  auto picture = video->encode(ImageU8(512, 512, 3, 100), 0);
  std::vector<std::uint8_t> bytes(7500, 3);  // one NAL unit
  std::fill_n(bytes.begin(), 3, std::uint8_t{0}), bytes[3] = 1, bytes[4] = 0x41;
  EncodedPicture next{bytes, 0, 1, false};
  if (!picture || !movie->add(*picture)) return state.SkipWithError("not begun");
  for (auto _ : state) {
    if (!movie->add(next) || !movie->fragment()) return state.SkipWithError("not written");
    ++next.index;
  }
}
BENCHMARK(WriteLiveFragment)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace parlante
