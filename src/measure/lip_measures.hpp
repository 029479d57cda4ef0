// The lips: how far they open, whether they shut, and when.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "measure/series.hpp"

namespace parlante {

// Openings are lip gaps above the person's floor, over the distance of the outer eye corners.
inline constexpr double kLipsShut = .012;        ///< below: shut
inline constexpr double kLipsOpen = .03;         ///< above: open, to the eye
inline constexpr double kClosureNear_s = .08;    ///< how far a closure may lie from where it is wanted
inline constexpr double kLongestClosure_s = .4;  ///< of what p, b and m make; longer is a pause

/// What the tracker reads from shut lips: the 3rd percentile of the gap; at most .03, so that a mouth that
/// never shuts gets no closures.
double lip_floor(std::span<const double> gap);
/// The gap above the floor, never below 0; NaN stays.
Series opening_above(std::span<const double> gap, double floor);

/// A stretch of time from its first to its last frame's middle, s.
struct Spell {
  double start_s = 0, end_s = 0;
};
/// Closures as p, b and m make them: the lips are shut for .4 s at most, between moments within 160 ms before
/// and after at which they are open.
std::vector<Spell> closures(const Series& opening, const Clock& clock);

/// How many of how many.
struct Count {
  int met = 0, of = 0;
  /// NaN of none.
  double share() const noexcept;
};
/// Of the wanted closures those within ±80 ms of which the lips are shut in some frame. Wanted ones of which
/// nothing is known (before, after, or where no face was seen) do not count.
Count closures_made(const Series& opening, const Clock& clock, std::span<const Spell> wanted);
/// Of the closures in `opening` those that are wrong: the real lips stay open within ±80 ms. Both on one
/// clock.
Count false_closures(const Series& opening, const Series& real, const Clock& clock);

/// How long the middle of the lips' closure lies before (-) or after (+) the moments at which b, p, m are
/// heard: the median, s; the closures within 160 ms of 40 ms before each moment. Nothing below 3 such
/// closures.
std::optional<double> closure_lag(const Series& opening, const Clock& clock, std::span<const double> heard_s);

/// Lips alone.
struct LipMeasures {
  double floor = 0;  ///< 3rd percentile of the gap
  double gap_std = 0, gap_p95 = 0;
  double fastest = 0;  ///< 99th percentile of the change of the gap within 40 ms
};
LipMeasures measure_lips(const Series& gap, const Clock& clock);

/// Standard deviation of the gap over the moments without a voice; NaN with less than half a second of them.
/// `voice` on the gap's clock.
double movement_in_silence(const Series& gap, const Series& voice, const Clock& clock);

/// Lips against those of another film of the same sound.
struct LipsAgainst {
  double seconds = 0;                              ///< of both known
  double correlation = 0, correlation_voiced = 0;  ///< of the gaps; the second where a voice is on
  double amplitude = 0, p95_ratio = 0;  ///< standard deviation and 95th percentile, ours over theirs
  std::optional<Lag> lag;               ///< of our gap behind theirs, within ±.3 s
  Count kept;                           ///< of their closures those made by ours
  Count wrong;                          ///< false_closures()
};
/// All on one clock; `voice` may be empty (then nothing is known of voiced moments).
LipsAgainst measure_lips_against(const Series& gap, const Series& real_gap, const Series& voice,
                                 const Clock& clock);

}  // namespace parlante
