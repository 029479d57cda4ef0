#include "measure/series.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace parlante {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kLagStep_s = .01;

std::vector<double> known(std::span<const double> values) {
  std::vector<double> finite;
  finite.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double v) { return std::isfinite(v); });
  return finite;
}

/// Of moving[i + shift] and reference[i].
double correlation_at(const Series& moving, const Series& reference, std::ptrdiff_t shift) {
  const auto size = [](const Series& s) { return static_cast<std::ptrdiff_t>(s.size()); };
  const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -shift);
  const std::ptrdiff_t last = std::min(size(reference), size(moving) - shift);
  if (last - first < 3) return kUnknown;
  return correlation(
      std::span(moving).subspan(static_cast<std::size_t>(first + shift),
                                static_cast<std::size_t>(last - first)),
      std::span(reference).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)));
}

}  // namespace

double mean(std::span<const double> values) {
  double sum = 0;
  std::size_t count = 0;
  for (const double v : values)
    if (std::isfinite(v)) sum += v, ++count;
  return count ? sum / static_cast<double>(count) : kUnknown;
}

double median(std::span<const double> values) {
  return percentile(values, 50);
}

double standard_deviation(std::span<const double> values) {
  const double middle = mean(values);
  double sum = 0;
  std::size_t count = 0;
  for (const double v : values)
    if (std::isfinite(v)) sum += (v - middle) * (v - middle), ++count;
  return count ? std::sqrt(sum / static_cast<double>(count)) : kUnknown;
}

double percentile(std::span<const double> values, double percent) {
  std::vector<double> sorted = known(values);
  if (sorted.empty()) return kUnknown;
  std::sort(sorted.begin(), sorted.end());
  const double rank = std::clamp(percent, 0., 100.) / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double correlation(std::span<const double> a, std::span<const double> b) {
  const std::size_t size = std::min(a.size(), b.size());
  double mean_a = 0, mean_b = 0;
  std::size_t count = 0;
  const auto both = [&](std::size_t i) { return std::isfinite(a[i]) && std::isfinite(b[i]); };
  for (std::size_t i = 0; i < size; ++i)
    if (both(i)) mean_a += a[i], mean_b += b[i], ++count;
  if (count < 3) return kUnknown;
  mean_a /= static_cast<double>(count);
  mean_b /= static_cast<double>(count);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (!both(i)) continue;
    const double da = a[i] - mean_a, db = b[i] - mean_b;
    ab += da * db, aa += da * da, bb += db * db;
  }
  // A constant is constant but for rounding.
  const double least = 1e-24 * static_cast<double>(count);
  return aa > least * (1 + mean_a * mean_a) && bb > least * (1 + mean_b * mean_b) ? ab / std::sqrt(aa * bb)
                                                                                  : kUnknown;
}

Series on_clock(std::span<const double> seconds, std::span<const double> values, const Clock& clock,
                std::size_t count, double bridge_s, double hold_s) {
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < std::min(seconds.size(), values.size()); ++i)
    if (std::isfinite(values[i]) && std::isfinite(seconds[i]) &&
        (points.empty() || seconds[i] > points.back().first))
      points.emplace_back(seconds[i], values[i]);
  Series taken(count, kUnknown);
  if (points.empty()) return taken;
  constexpr double kRounding_s = 1e-9;
  const double reach = hold_s + kRounding_s;
  std::size_t next = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const double t = clock.at(k);
    while (next < points.size() && points[next].first < t) ++next;
    if (next == 0) {
      if (points[0].first - t <= reach) taken[k] = points[0].second;
    } else if (next == points.size()) {
      if (t - points[next - 1].first <= reach) taken[k] = points[next - 1].second;
    } else {
      const auto& [t0, v0] = points[next - 1];
      const auto& [t1, v1] = points[next];
      if (t1 - t0 <= bridge_s + kRounding_s || t1 - t <= kRounding_s)
        taken[k] = v0 + (t - t0) / (t1 - t0) * (v1 - v0);
    }
  }
  return taken;
}

Series on_clock(const Series& values, const Clock& own, const Clock& clock, std::size_t count) {
  Series seconds(values.size());
  for (std::size_t k = 0; k < seconds.size(); ++k) seconds[k] = own.at(k);
  return on_clock(seconds, values, clock, count, 1 / own.rate);
}

Series smoothed(std::span<const double> values, std::size_t width) {
  const std::size_t half = width / 2;
  Series result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t first = i > half ? i - half : 0, last = std::min(values.size(), i + half + 1);
    result[i] = mean(values.subspan(first, last - first));
  }
  return result;
}

std::optional<Lag> best_lag(const Series& moving, const Series& reference, double rate, double reach_s) {
  const std::size_t size = std::min(moving.size(), reference.size());
  if (size < 3) return std::nullopt;
  const auto count = static_cast<std::size_t>(static_cast<double>(size - 1) / rate / kLagStep_s) + 1;
  // Unknown stretches stay unknown: a straight line over them would count as something seen.
  const auto fine_of = [&](const Series& series) {
    Series taken(count, kUnknown);
    for (std::size_t k = 0; k < count; ++k) {
      const double place = static_cast<double>(k) * kLagStep_s * rate;
      const auto i = std::min(static_cast<std::size_t>(place), size - 1);
      const auto j = std::min(i + 1, size - 1);
      const double part = place - static_cast<double>(i);
      taken[k] = part < 1e-9 ? series[i] : (1 - part) * series[i] + part * series[j];
    }
    return taken;
  };
  const Series a = fine_of(moving), b = fine_of(reference);
  const auto reach = static_cast<std::ptrdiff_t>(std::lround(reach_s / kLagStep_s));
  std::ptrdiff_t best = 0;
  double highest = 0;
  std::vector<double> scores;
  for (std::ptrdiff_t shift = -reach; shift <= reach; ++shift) {
    const double score = correlation_at(a, b, shift);
    scores.push_back(std::isfinite(score) ? score : -1);
    if (scores.back() > highest) highest = scores.back(), best = shift;
  }
  if (highest <= 0 || best == -reach || best == reach) return std::nullopt;
  const auto middle = static_cast<std::size_t>(best + reach);
  const double before = scores[middle - 1], after = scores[middle + 1];
  const double bend = before - 2 * highest + after;
  const double part = bend < 0 ? std::clamp(.5 * (before - after) / bend, -.5, .5) : 0;
  return Lag{(static_cast<double>(best) + part) * kLagStep_s, highest};
}

}  // namespace parlante
