// How much sound must be known before a frame can be made.
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

/// Samples at 16 kHz that must be known before frame `frame` can be made.
std::int64_t sound_needed(std::int64_t frame, Rational rate, const LiveWaits& waits) noexcept;

/// The most samples by which that lies behind the frame's own first one, over all frames but those of the
/// first fifth of a second, in which no codes were made ahead.
std::int64_t live_delay(Rational rate, const LiveWaits& waits) noexcept;

}  // namespace parlante
