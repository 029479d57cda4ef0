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
  const std::int64_t pushed = ceil_of(j + 1, waits.video_frame) * waits.video_frame + waits.future;
  const std::int64_t blocks = ceil_of(pushed, waits.block);
  return (blocks * waits.block + waits.foreseen) * kPhoneticHop;
}

std::int64_t live_delay(Rational rate, const LiveWaits& waits) noexcept {
  std::int64_t most = 0;
  // Frames and windows fall into step again after a second's worth of them, or nearly so.
  for (std::int64_t frame = 0; frame < 4 * (rate.num / rate.den + 1); ++frame)
    most = std::max(most, sound_needed(frame, rate, waits) - sample_of_frame(frame, rate));
  return most;
}

}  // namespace parlante
