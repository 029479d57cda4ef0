#include "measure/eye_measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kDegrees = 180 / std::numbers::pi;
constexpr double kOpenWithin_s = 1.5, kOpenPercentile = 80;
constexpr double kLeastDepth = .35, kLongest_s = .5;
constexpr double kBegin = .1, kFull = .9, kBefore_s = .3, kAfter_s = .4;
constexpr double kLeastTime_s = 5;
constexpr double kAroundBlink_s = .08, kAhead_deg = 5, kShift_deg = 4, kShiftWithin_s = .08,
                 kShiftOnce_s = .2;

/// 0: as open as around; 1: shut.
Series shutness(const Series& lid_gap, const Clock& clock) {
  const auto half = static_cast<std::size_t>(kOpenWithin_s * clock.rate);
  Series shut(lid_gap.size(), kUnknown);
  for (std::size_t i = 0; i < lid_gap.size(); ++i) {
    const std::size_t first = i > half ? i - half : 0, last = std::min(lid_gap.size(), i + half + 1);
    const double open = percentile(std::span(lid_gap).subspan(first, last - first), kOpenPercentile);
    if (open > 0) shut[i] = 1 - lid_gap[i] / open;
  }
  return shut;
}

/// Where the lids pass 10 % and 90 % of their way between shut and open, in frames; NaN: not seen.
struct Way {
  double begins = kUnknown, full = kUnknown;
};
/// From frame `from`, which is as shut as 90 % of `depth`, in direction `step` to the widest opening within
/// some frames.
Way way(const Series& shut, std::size_t from, int step, std::size_t within, double depth) {
  const auto at = [&](std::ptrdiff_t k) {
    const auto place = static_cast<std::ptrdiff_t>(from) + step * k;
    return place < 0 || place >= static_cast<std::ptrdiff_t>(shut.size())
               ? kUnknown
               : shut[static_cast<std::size_t>(place)];
  };
  double widest = depth;
  std::ptrdiff_t known = 0;
  for (std::ptrdiff_t k = 1; k <= static_cast<std::ptrdiff_t>(within) && std::isfinite(at(k)); ++k)
    widest = std::min(widest, at(k)), known = k;
  // less than half-way open before the end of what is known: the blink is not seen whole
  if (!(widest < .5 * depth)) return {};
  const auto crossing = [&](double part) {
    const double level = widest + part * (depth - widest);
    std::ptrdiff_t k = 0;
    while (at(k) < level) --k;  // ends at the deepest frame at the latest
    while (k < known && at(k + 1) > level) ++k;
    return static_cast<double>(from) +
           step * (static_cast<double>(k) + (at(k) - level) / (at(k) - at(k + 1)));
  };
  return {crossing(kBegin), crossing(kFull)};
}

}  // namespace

std::vector<Blink> blinks(const Series& lid_gap, const Clock& clock) {
  const Series shut = shutness(lid_gap, clock);
  std::vector<Blink> found;
  for (std::size_t i = 0; i < shut.size();) {
    if (!(shut[i] > kLeastDepth)) {
      ++i;
      continue;
    }
    std::size_t peak = i, end = i;
    for (; end < shut.size() && shut[end] > kLeastDepth; ++end)
      if (shut[end] > shut[peak]) peak = end;
    // the first and last frame as deep as 90 %, so that a trembling of shut lids is one blink
    const double depth = shut[peak];
    std::size_t first = peak, last = peak;
    for (std::size_t k = i; k < end; ++k)
      if (shut[k] > kFull * depth) first = std::min(first, k), last = std::max(last, k);
    const auto frames = [&](double seconds) {
      return static_cast<std::size_t>(std::lround(seconds * clock.rate));
    };
    const Way down = way(shut, first, -1, frames(kBefore_s), depth),
              up = way(shut, last, 1, frames(kAfter_s), depth);
    const double shut_s = (up.full - down.full) / clock.rate;
    constexpr double kPart = kFull - kBegin;
    if (shut_s <= kLongest_s)  // false where not known
      found.push_back({clock.at(peak), std::min(1., depth), (down.full - down.begins) / clock.rate / kPart,
                       shut_s, (up.begins - up.full) / clock.rate / kPart});
    i = end;
  }
  return found;
}

BlinkMeasures measure_blinks(const Series& lid_gap, const Clock& clock) {
  const std::vector<Blink> found = blinks(lid_gap, clock);
  const auto known = std::count_if(lid_gap.begin(), lid_gap.end(), [](double v) { return std::isfinite(v); });
  const double seconds = static_cast<double>(known) / clock.rate;
  BlinkMeasures measures;
  measures.count = static_cast<int>(found.size());
  measures.per_minute = seconds >= kLeastTime_s ? 60 * measures.count / seconds : kUnknown;
  const auto middle = [&](double Blink::*value) {
    Series values;
    for (const Blink& blink : found) values.push_back(blink.*value);
    return median(values);
  };
  measures.down_s = middle(&Blink::down_s);
  measures.shut_s = middle(&Blink::shut_s);
  measures.up_s = middle(&Blink::up_s);
  const auto complete =
      std::count_if(found.begin(), found.end(), [](const Blink& b) { return b.complete(); });
  measures.complete = found.empty() ? kUnknown : static_cast<double>(complete) / measures.count;
  return measures;
}

GazeMeasures measure_gaze(const Series& gaze_yaw, const Series& gaze_pitch, const Series& lid_gap,
                          const Clock& clock) {
  const Series shut = shutness(lid_gap, clock);
  const auto margin = static_cast<std::size_t>(std::lround(kAroundBlink_s * clock.rate));
  const std::size_t size = std::min({gaze_yaw.size(), gaze_pitch.size(), shut.size()});
  Series yaw(size, kUnknown), pitch(size, kUnknown);
  for (std::size_t i = 0; i < size; ++i) {
    bool open = true;
    for (std::size_t k = i > margin ? i - margin : 0; k < std::min(size, i + margin + 1); ++k)
      open = open && !(shut[k] > kLeastDepth);
    if (open) yaw[i] = kDegrees * gaze_yaw[i], pitch[i] = kDegrees * gaze_pitch[i];
  }
  GazeMeasures measures;
  measures.yaw_std = standard_deviation(yaw);
  measures.pitch_std = standard_deviation(pitch);
  const double middle_yaw = median(yaw), middle_pitch = median(pitch);
  std::size_t known = 0, ahead = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (!std::isfinite(yaw[i]) || !std::isfinite(pitch[i])) continue;
    ++known;
    ahead += std::hypot(yaw[i] - middle_yaw, pitch[i] - middle_pitch) <= kAhead_deg;
  }
  const double seconds = static_cast<double>(known) / clock.rate;
  measures.ahead = known ? static_cast<double>(ahead) / static_cast<double>(known) : kUnknown;
  const auto within =
      std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(kShiftWithin_s * clock.rate)));
  const auto once =
      std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(kShiftOnce_s * clock.rate)));
  int shifts = 0;
  for (std::size_t i = within; i < size; ++i) {
    if (!(std::abs(yaw[i] - yaw[i - within]) >= kShift_deg)) continue;
    ++shifts;
    i += once - 1;
  }
  measures.shifts_per_minute = seconds >= kLeastTime_s ? 60 * shifts / seconds : kUnknown;
  return measures;
}

}  // namespace parlante
