// The eyes: blinks and gaze.
#pragma once

#include <vector>

#include "measure/series.hpp"

namespace parlante {

/// One blink. Shut-ness: 1 - lid gap / open lid gap, where the open gap is the 80th percentile within ±1.5 s.
struct Blink {
  double peak_s = 0;  ///< when the lids are closest
  double depth = 0;   ///< shut-ness at the peak, 0..1
  /// Durations by where the shut-ness crosses 10 % and 90 % of the depth, straight lines between frames. Down
  /// and up: 10 % to 90 % divided by .8, as if the speed were even all the way; shut: above 90 %.
  double down_s = 0, shut_s = 0, up_s = 0;
  bool complete() const noexcept { return depth >= .8; }
};
/// Moments at which the shut-ness rises above .35, for not more than .6 s above half its depth (longer: eyes
/// that look down, or sleep), and is seen to begin and to end.
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
