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
constexpr double kLeastDepth = .35, kLongest_s = .6;
constexpr double kBegin = .1, kFull = .9;
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

/// Where, in frames, the curve passes `level` on the way from `from` in direction `step`; NaN when it does
/// not.
double crossing(const Series& curve, std::size_t from, int step, double level) {
  for (auto i = static_cast<std::ptrdiff_t>(from);;) {
    const std::ptrdiff_t next = i + step;
    if (next < 0 || next >= static_cast<std::ptrdiff_t>(curve.size())) return kUnknown;
    const double here = curve[static_cast<std::size_t>(i)], there = curve[static_cast<std::size_t>(next)];
    if (!std::isfinite(there)) return kUnknown;
    if (there <= level) return static_cast<double>(i) + step * (here - level) / (here - there);
    i = next;
  }
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
    const double down_begin = crossing(shut, first, -1, kBegin * depth),
                 down_end = crossing(shut, first, -1, kFull * depth),
                 up_begin = crossing(shut, last, 1, kFull * depth),
                 up_end = crossing(shut, last, 1, kBegin * depth);
    const double half_long_s =
        (crossing(shut, last, 1, .5 * depth) - crossing(shut, first, -1, .5 * depth)) / clock.rate;
    constexpr double kPart = kFull - kBegin;
    if (half_long_s <= kLongest_s && std::isfinite(down_begin) && std::isfinite(up_end))
      found.push_back({clock.at(peak), std::min(1., depth), (down_end - down_begin) / clock.rate / kPart,
                       (up_begin - down_end) / clock.rate, (up_end - up_begin) / clock.rate / kPart});
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
