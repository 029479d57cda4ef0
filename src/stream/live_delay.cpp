#include "stream/live_delay.hpp"

#include <algorithm>

#include "speech/phonetic_front_end.hpp"

namespace parlante {
namespace {

std::int64_t ceil_of(std::int64_t a, std::int64_t b) {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

}  // namespace

std::int64_t sound_needed(std::int64_t frame, Rational rate, const LiveWaits& waits) noexcept {
  // The frame shows its middle, T; phonetic frame j's ticks lie at 20 j ± 5 ms: the first j whose last tick
  // is not before T, 50 T - 1/4.
  const std::int64_t j = ceil_of(100 * (2 * frame + 1) * rate.den - rate.num, 4 * rate.num);
  const std::int64_t made = std::max<std::int64_t>(1, ceil_of(j + 1 - waits.ahead, waits.video_frame));
  const std::int64_t pushed = made * waits.video_frame + waits.future;
  const std::int64_t blocks = ceil_of(pushed, waits.block);
  return (blocks * waits.block + waits.foreseen) * kPhoneticHop;
}

std::int64_t live_delay(Rational rate, const LiveWaits& waits) noexcept {
  std::int64_t most = 0;
  // After `num` frames, whole seconds, frames and windows are in step as at the start.
  const std::int64_t first = rate.num / (5 * rate.den) + 1, count = std::min<std::int64_t>(rate.num, 200'000);
  for (std::int64_t frame = first; frame < first + count; ++frame)
    most = std::max(most, sound_needed(frame, rate, waits) - sample_of_frame(frame, rate));
  return most;
}

}  // namespace parlante
