// Small mathematics of preparation: order statistics, curves y(x) through points.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "head/head_model.hpp"

namespace parlante {

/// The value below which `fraction` (0..1) of the values lie, interpolated; `otherwise` when there are none.
inline float percentile(std::vector<float> values, double fraction, float otherwise = 0) {
  if (values.empty()) return otherwise;
  const double place = fraction * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const float low = values[static_cast<std::size_t>(below)];
  if (static_cast<std::size_t>(below) + 1 == values.size()) return low;
  const float high = *std::min_element(values.begin() + below + 1, values.end());
  return low + static_cast<float>(place - static_cast<double>(below)) * (high - low);
}
inline float median(std::vector<float> values, float otherwise = 0) {
  return percentile(std::move(values), .5, otherwise);
}

/// A polyline as a function of x, constant beyond its ends.
class Curve {
 public:
  explicit Curve(std::vector<Vec2f> points) : points_(std::move(points)) {
    std::stable_sort(points_.begin(), points_.end(),
                     [](const Vec2f& a, const Vec2f& b) { return a.x() < b.x(); });
  }
  float operator()(float x) const noexcept {
    if (x <= points_.front().x()) return points_.front().y();
    if (x >= points_.back().x()) return points_.back().y();
    const auto right = std::upper_bound(points_.begin(), points_.end(), x,
                                        [](float v, const Vec2f& p) { return v < p.x(); });
    const Vec2f &b = *right, &a = *(right - 1);
    const float width = b.x() - a.x();
    return width > 0 ? a.y() + (b.y() - a.y()) * (x - a.x()) / width : a.y();
  }
  float left() const noexcept { return points_.front().x(); }
  float right() const noexcept { return points_.back().x(); }

 private:
  std::vector<Vec2f> points_;
};

/// The point nearest to `query` among the vertices `ids` of `positions`.
struct Nearest {
  std::int32_t vertex = -1;
  float distance = 0;
};
inline Nearest nearest_vertex(std::span<const Vec3f> positions, std::span<const std::int32_t> ids,
                              const Vec3f& query) noexcept {
  Nearest best{-1, 1e30f};
  for (std::int32_t id : ids) {
    const float d = (positions[static_cast<std::size_t>(id)] - query).squaredNorm();
    if (d < best.distance) best = {id, d};
  }
  best.distance = std::sqrt(best.distance);
  return best;
}

}  // namespace parlante
