// Made-up curves with known answers.
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "core/random.hpp"
#include "measure/series.hpp"

namespace parlante::testing {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

inline Series sampled(const Clock& clock, std::size_t count, const std::function<double(double)>& curve) {
  Series values(count);
  for (std::size_t k = 0; k < count; ++k) values[k] = curve(clock.at(k));
  return values;
}

/// Something like a mouth that speaks: a sum of sines between .5 and 6 Hz, about .1, spread about .04.
inline double murmur(double t) {
  constexpr double kTurn = 2 * std::numbers::pi;
  return .1 + .03 * std::sin(kTurn * 2.3 * t) + .03 * std::sin(kTurn * 3.7 * t + 1) +
         .02 * std::sin(kTurn * .7 * t + 2) + .015 * std::sin(kTurn * 5.3 * t + 3);
}

}  // namespace parlante::testing
