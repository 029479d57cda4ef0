// How much sound must be known before a frame can be made, and where on its line speech may begin.
#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace parlante {

/// What waits for sound on the way to a frame, in phonetic frames (20 ms).
struct LiveWaits {
  int block = 2;        ///< that hearing gives out at a time
  int foreseen = 5;     ///< that hearing waits for behind these
  int future = 0;       ///< pushed ones, that a mouth by rules waits for
  int video_frame = 2;  ///< that the learned mouth makes at a time
  int ahead = 0;        ///< that it makes beyond these
};

/// Samples at 16 kHz that must be known before frame `frame` can be made (with motion whose ticks lie at the
/// middles of phonetic frames).
std::int64_t sound_needed(std::int64_t frame, Rational rate, const LiveWaits& waits) noexcept;

/// The most samples by which that lies behind the frame's own first one, over all frames but those of the
/// first fifth of a second, in which no codes were made ahead.
std::int64_t live_delay(Rational rate, const LiveWaits& waits) noexcept;

/// The same on a line of sound of any rate, in its samples. Lines begin with frame 0.
class LineNeeds {
 public:
  /// `reach`: samples behind one that converting to 16 kHz looks at.
  LineNeeds(Rational rate, const LiveWaits& waits, int sound_rate, int reach) noexcept;

  Rational rate() const noexcept { return rate_; }
  int sound_rate() const noexcept { return sound_rate_; }
  /// Where a frame begins.
  std::int64_t place(std::int64_t frame) const noexcept {
    return frame * rate_.den * sound_rate_ / rate_.num;
  }
  /// Up to where the line must be known for a frame; at most place(frame) + delay().
  std::int64_t needed(std::int64_t frame) const noexcept;
  std::int64_t delay() const noexcept { return delay_; }
  /// Samples of the longest frame.
  std::int64_t longest() const noexcept { return rate_.den * sound_rate_ / rate_.num + 1; }

  /// How speech comes, in samples.
  struct Arrivals {
    std::int64_t ready = 0;   ///< that have come
    std::int64_t packet = 1;  ///< of the last packet; the next ones are taken to be like it, as it is spoken
    std::int64_t age = 0;     ///< since it came; less, to be on the safe side: packets may come later
  };
  /// The first place at which speech that comes like this can begin, so that it is always there when frames
  /// from `frame` on, which is made now, need it.
  std::int64_t speech_begins(std::int64_t frame, const Arrivals& arrivals) const noexcept;

 private:
  std::int64_t on_line(std::int64_t known) const noexcept;

  Rational rate_;
  LiveWaits waits_;
  int sound_rate_, reach_;
  std::int64_t delay_;
};

}  // namespace parlante
