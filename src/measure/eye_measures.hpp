// The eyes: blinks and gaze.
#pragma once

#include <vector>

#include "measure/series.hpp"

namespace parlante {

/// One blink. Shut-ness: 1 - lid gap / open lid gap, where the open gap is the 80th percentile within ±1.5 s.
struct Blink {
  double peak_s = 0;  ///< when the lids are closest
  double depth = 0;   ///< shut-ness at the peak, 0..1
  /// Durations. Down: from the widest opening within .3 s before, up: to the widest within .4 s after (real
  /// lids then creep on for a second), each measured between 10 % and 90 % of its own way, straight lines
  /// between frames, and divided by .8, as if the speed were even all the way. Shut: between the two 90 %.
  double down_s = 0, shut_s = 0, up_s = 0;
  /// The tracker sees shut lids at .9 to 1; a quick blink's lowest point falls between frames.
  bool complete() const noexcept { return depth >= .7; }
};
/// Moments at which the shut-ness rises above .35, is above 90 % of its depth for .5 s at most (longer: eyes
/// that look down, or sleep), and falls below half its depth within .3 s before and .4 s after.
std::vector<Blink> blinks(const Series& lid_gap, const Clock& clock);

struct BlinkMeasures {
  int count = 0;
  double per_minute = 0;                    ///< over the time in which the lids are known; NaN below 5 s
  double down_s = 0, shut_s = 0, up_s = 0;  ///< medians; NaN without a blink
  double complete = 0;                      ///< share
};
BlinkMeasures measure_blinks(const Series& lid_gap, const Clock& clock);

/// Gaze in the head, degrees, frames of blinks (and 80 ms to either side) left out.
struct GazeMeasures {
  double yaw_std = 0, pitch_std = 0;
  double ahead = 0;              ///< share of the time within 5° (yaw and pitch) of the median
  double shifts_per_minute = 0;  ///< changes of the yaw by 4° or more within 80 ms, counted once in 200 ms
};
GazeMeasures measure_gaze(const Series& gaze_yaw, const Series& gaze_pitch, const Series& lid_gap,
                          const Clock& clock);

}  // namespace parlante
