#include "stream/live_delay.hpp"

#include <algorithm>

#include "speech/phonetic_front_end.hpp"

namespace parlante {
namespace {

constexpr double kArrivalsLookedAt_s = 1;

std::int64_t ceil_of(std::int64_t a, std::int64_t b) {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

}  // namespace

std::int64_t sound_needed(std::int64_t frame, Rational rate, const LiveWaits& waits) noexcept {
  // The frame shows its middle, T; phonetic frame j's ticks lie at 20 j and 20 j + 10 ms: the first j whose
  // last tick is not before T, 50 T - 1/2.
  const std::int64_t j = ceil_of(100 * (2 * frame + 1) * rate.den - 2 * rate.num, 4 * rate.num);
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

LineNeeds::LineNeeds(Rational rate, const LiveWaits& waits, int sound_rate, int reach) noexcept
    : rate_(rate),
      waits_(waits),
      sound_rate_(sound_rate),
      reach_(reach),
      delay_(on_line(live_delay(rate, waits))) {}

std::int64_t LineNeeds::on_line(std::int64_t known) const noexcept {
  return (known * sound_rate_ + kSampleRate - 1) / kSampleRate + reach_ + (reach_ > 0);
}

std::int64_t LineNeeds::needed(std::int64_t frame) const noexcept {
  return std::min(on_line(sound_needed(frame, rate_, waits_)), place(frame) + delay_);
}

std::int64_t LineNeeds::speech_begins(std::int64_t frame, const Arrivals& arrivals) const noexcept {
  const std::int64_t packet = std::max<std::int64_t>(1, arrivals.packet), now = place(frame);
  const auto frames = static_cast<std::int64_t>(kArrivalsLookedAt_s * rate_.value());
  std::int64_t begins = now;
  for (std::int64_t later = frame; later <= frame + frames; ++later) {
    const std::int64_t since = arrivals.age + place(later) - now;
    const std::int64_t come = arrivals.ready + std::max<std::int64_t>(0, since) / packet * packet;
    begins = std::max(begins, needed(later) - come);
  }
  return begins;
}

}  // namespace parlante
