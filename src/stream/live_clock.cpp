#include "stream/live_clock.hpp"

#include <algorithm>

namespace parlante {

namespace {
using Nanoseconds = std::chrono::nanoseconds;

/// Whole seconds apart, so that nothing overflows in years.
Nanoseconds after(std::int64_t frame, Rational rate) {
  const std::int64_t units = frame * rate.den;
  return std::chrono::seconds(units / rate.num) + Nanoseconds(units % rate.num * 1'000'000'000 / rate.num);
}
}  // namespace

LiveClock::Time LiveClock::due() const noexcept {
  return start_ + std::chrono::duration_cast<Time::duration>(after(frame_, rate_));
}

LiveClock::Time LiveClock::next_due() const noexcept {
  return start_ + std::chrono::duration_cast<Time::duration>(after(frame_ + 1, rate_));
}

LiveClock::Turn LiveClock::turn(Time now) noexcept {
  const auto late = now - due();
  if (late > kStall) {
    start_ += late;
    ++stalls_;
    return Turn::draw;
  }
  if (!has_picture()) return Turn::skip;
  if (late < std::max<Nanoseconds>(after(1, rate_), kLate)) return Turn::draw;
  ++late_;
  return Turn::skip;
}

void LiveClock::draw_at(Rational pictures) noexcept {
  const bool fewer =
      pictures.num > 0 && pictures.den > 0 && pictures.num * rate_.den < rate_.num * pictures.den;
  pictures_ = fewer ? pictures : Rational{0, 1};
}

bool LiveClock::has_picture() const noexcept {
  if (pictures_.num == 0) return true;
  const std::int64_t a = pictures_.num * rate_.den, b = pictures_.den * rate_.num;
  return frame_ % b * a % b < a;
}

}  // namespace parlante
