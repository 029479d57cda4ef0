// When a live stream's frames are due, and what to do when one is late.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/time.hpp"

namespace parlante {

/// Frame k is due k frame lengths after the start. It reads no clock itself: the caller says what time it is,
/// by a clock that never goes back. Used by one thread.
///
///   while (live) {
///     std::this_thread::sleep_until(clock.due());
///     if (clock.turn(Clock::now()) == LiveClock::Turn::draw || !stream.skip()) stream.next(frame),
///     send(frame); clock.done();
///   }
class LiveClock {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Turn {
    draw,
    skip,  ///< the picture is left out; motion and sound go on
  };

  LiveClock(Rational rate, Time start) noexcept : rate_(rate), start_(start) {}

  /// When the next frame is to be made.
  Time due() const noexcept;
  /// And the one after it.
  Time next_due() const noexcept;
  /// What to do with it at `now`. A frame that is a frame's length late or more, and kLate, is skipped:
  /// frames that are close together take less time than lies between them, and make up for one that was slow.
  /// Whoever is more than kStall late was stopped rather than slow: the clock goes on from `now`, so that
  /// nothing is made up for, and all later frames are due that much later.
  Turn turn(Time now) noexcept;
  /// The next frame was made or skipped.
  void done() noexcept { ++frame_; }

  /// Fewer pictures than frames, evenly spread: others are skipped without being late. At most the rate.
  void draw_at(Rational pictures) noexcept;
  Rational drawn() const noexcept { return pictures_.num > 0 ? pictures_ : rate_; }

  std::int64_t frame() const noexcept { return frame_; }
  std::int64_t late() const noexcept { return late_; }  ///< frames skipped because they were
  std::int64_t stalls() const noexcept {
    return stalls_;
  }  ///< times that the clock went on from where it was

  static constexpr std::chrono::milliseconds kStall{500}, kLate{33};

 private:
  bool has_picture() const noexcept;

  Rational rate_, pictures_{0, 1};
  Time start_;
  std::int64_t frame_ = 0, late_ = 0, stalls_ = 0;
};

}  // namespace parlante
