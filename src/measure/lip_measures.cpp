#include "measure/lip_measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "measure/sound_heard.hpp"

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kFloorPercentile = 3, kHighestFloor = .03;
constexpr double kOpenWithin_s = .16, kLagReach_s = .3, kClosureSearch_s = .16;
constexpr double kLeastSilence_s = .5;
constexpr double kRounding_s = 1e-6;

/// Lowest and highest opening of the frames from `from_s` to `to_s`, and whether any is known.
struct Extent {
  double lowest = kUnknown, highest = kUnknown;
  bool known = false;
};
Extent extent(const Series& opening, const Clock& clock, double from_s, double to_s) {
  Extent found;
  const double first = std::ceil((from_s - kRounding_s - clock.start_s) * clock.rate);
  for (double k = std::max(0., first); k < static_cast<double>(opening.size()); ++k) {
    const auto i = static_cast<std::size_t>(k);
    if (clock.at(i) > to_s + kRounding_s) break;
    if (!std::isfinite(opening[i])) continue;
    found.lowest = found.known ? std::min(found.lowest, opening[i]) : opening[i];
    found.highest = found.known ? std::max(found.highest, opening[i]) : opening[i];
    found.known = true;
  }
  return found;
}

/// All stretches of shut lips.
std::vector<Spell> shut_spells(const Series& opening, const Clock& clock) {
  std::vector<Spell> spells;
  bool shut = false;
  for (std::size_t i = 0; i < opening.size(); ++i) {
    const bool now = opening[i] < kLipsShut;  // false where unknown
    if (now && !shut) spells.push_back({clock.at(i), clock.at(i)});
    if (now) spells.back().end_s = clock.at(i);
    shut = now;
  }
  return spells;
}

}  // namespace

double Count::share() const noexcept {
  return of > 0 ? static_cast<double>(met) / of : kUnknown;
}

double lip_floor(std::span<const double> gap) {
  return std::min(kHighestFloor, percentile(gap, kFloorPercentile));
}

Series opening_above(std::span<const double> gap, double floor) {
  Series opening(gap.begin(), gap.end());
  for (double& value : opening)
    if (std::isfinite(value)) value = std::max(0., value - floor);
  return opening;
}

std::vector<Spell> closures(const Series& opening, const Clock& clock) {
  std::vector<Spell> found = shut_spells(opening, clock);
  std::erase_if(found, [&](const Spell& spell) {
    const double frame_s = 1 / clock.rate;
    return spell.end_s - spell.start_s + frame_s > kLongestClosure_s + kRounding_s ||
           !(extent(opening, clock, spell.start_s - kOpenWithin_s, spell.start_s).highest > kLipsOpen) ||
           !(extent(opening, clock, spell.end_s, spell.end_s + kOpenWithin_s).highest > kLipsOpen);
  });
  return found;
}

Count closures_made(const Series& opening, const Clock& clock, std::span<const Spell> wanted) {
  Count count;
  for (const Spell& spell : wanted) {
    const Extent near = extent(opening, clock, spell.start_s - kClosureNear_s, spell.end_s + kClosureNear_s);
    if (!near.known) continue;
    ++count.of;
    count.met += near.lowest < kLipsShut;
  }
  return count;
}

Count false_closures(const Series& opening, const Series& real, const Clock& clock) {
  Count count;
  for (const Spell& spell : closures(opening, clock)) {
    const Extent theirs = extent(real, clock, spell.start_s - kClosureNear_s, spell.end_s + kClosureNear_s);
    if (!theirs.known) continue;
    ++count.of;
    count.met += theirs.lowest > kLipsOpen;
  }
  return count;
}

std::optional<double> closure_lag(const Series& opening, const Clock& clock,
                                  std::span<const double> heard_s) {
  const std::vector<Spell> made = closures(opening, clock);
  Series lags;
  for (const double heard : heard_s) {
    const double expected = heard - kPosteriorTrails_s;
    double nearest = kUnknown;
    for (const Spell& spell : made) {
      const double middle = .5 * (spell.start_s + spell.end_s);
      if (std::abs(middle - expected) <= kClosureSearch_s &&
          !(std::abs(nearest - expected) <= std::abs(middle - expected)))
        nearest = middle;
    }
    if (std::isfinite(nearest)) lags.push_back(nearest - heard);
  }
  if (lags.size() < 3) return std::nullopt;
  return median(lags);
}

LipMeasures measure_lips(const Series& gap, const Clock& clock) {
  LipMeasures lips;
  lips.floor = percentile(gap, kFloorPercentile);
  lips.gap_std = standard_deviation(gap);
  lips.gap_p95 = percentile(gap, 95);
  constexpr double kStep_s = .04;
  const Clock steps{clock.start_s, 1 / kStep_s};
  const auto count = static_cast<std::size_t>(static_cast<double>(gap.size()) / clock.rate / kStep_s);
  const Series at_25 = on_clock(gap, clock, steps, count);
  Series change;
  for (std::size_t i = 1; i < at_25.size(); ++i) change.push_back(std::abs(at_25[i] - at_25[i - 1]));
  lips.fastest = percentile(change, 99);
  return lips;
}

double movement_in_silence(const Series& gap, const Series& voice, const Clock& clock) {
  Series silent;
  for (std::size_t i = 0; i < std::min(gap.size(), voice.size()); ++i)
    if (voice[i] < kVoiceOn && std::isfinite(gap[i])) silent.push_back(gap[i]);
  return static_cast<double>(silent.size()) >= kLeastSilence_s * clock.rate ? standard_deviation(silent)
                                                                            : kUnknown;
}

LipsAgainst measure_lips_against(const Series& gap, const Series& real_gap, const Series& voice,
                                 const Clock& clock) {
  // only what both know
  Series ours(gap), theirs(real_gap);
  const std::size_t size = std::min(gap.size(), real_gap.size());
  ours.resize(size), theirs.resize(size);
  std::size_t both = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const bool known = std::isfinite(ours[i]) && std::isfinite(theirs[i]);
    if (!known) ours[i] = theirs[i] = kUnknown;
    both += known;
  }
  LipsAgainst against;
  against.seconds = static_cast<double>(both) / clock.rate;
  against.correlation = correlation(ours, theirs);
  Series voiced = ours;
  for (std::size_t i = 0; i < size; ++i)
    if (i >= voice.size() || !(voice[i] >= kVoiceOn)) voiced[i] = kUnknown;
  against.correlation_voiced = correlation(voiced, theirs);
  against.amplitude = standard_deviation(ours) / standard_deviation(theirs);
  const Series our_opening = opening_above(ours, lip_floor(ours));
  const Series their_opening = opening_above(theirs, lip_floor(theirs));
  against.p95_ratio = percentile(our_opening, 95) / percentile(their_opening, 95);
  against.lag = best_lag(ours, theirs, clock.rate, kLagReach_s);
  against.kept = closures_made(our_opening, clock, closures(their_opening, clock));
  against.wrong = false_closures(our_opening, their_opening, clock);
  return against;
}

}  // namespace parlante
