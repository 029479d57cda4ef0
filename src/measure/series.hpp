// Numbers over time: what all measures are made of.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace parlante {

/// One value a moment; NaN: not known. Every function here leaves out what is not finite.
using Series = std::vector<double>;

/// All NaN when nothing is known.
double mean(std::span<const double> values);
double median(std::span<const double> values);
/// Of the population (divided by n), as numpy's.
double standard_deviation(std::span<const double> values);
/// `percent` 0..100, linear between ranks.
double percentile(std::span<const double> values, double percent);
/// Pearson's, over the moments at which both are known; NaN below three of them or without spread. The longer
/// series is cut.
double correlation(std::span<const double> a, std::span<const double> b);

/// Values at even steps: value k belongs to the moment start_s + k / rate.
struct Clock {
  double start_s = 0, rate = 25;
  double at(std::size_t k) const noexcept { return start_s + static_cast<double>(k) / rate; }
};

/// `values` at the moments `seconds` (ascending), straight lines between them, taken `count` times on
/// `clock`. Where two known values lie more than `bridge_s` apart nothing is known between them; before the
/// first and after the last known one nothing is known, except within `hold_s`.
Series on_clock(std::span<const double> seconds, std::span<const double> values, const Clock& clock,
                std::size_t count, double bridge_s, double hold_s = 0);
/// The same for values that lie on a clock already; nothing is bridged.
Series on_clock(const Series& values, const Clock& own, const Clock& clock, std::size_t count);

/// Centred mean over `width` moments (odd numbers are exact), fewer at the ends.
Series smoothed(std::span<const double> values, std::size_t width);

/// How late a curve is, and how well it then fits.
struct Lag {
  double seconds = 0;  ///< > 0: `moving` is later than `reference`
  double correlation = 0;
};
/// The shift within ±reach_s that correlates two curves of one clock (`rate` values a second) best: both are
/// taken every 10 ms (straight lines between), the best of the shifts is refined by a parabola. Nothing when
/// no shift correlates above 0, or when the best one lies at the rim of the reach.
std::optional<Lag> best_lag(const Series& moving, const Series& reference, double rate, double reach_s);

}  // namespace parlante
