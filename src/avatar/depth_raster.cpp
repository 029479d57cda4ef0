#include "avatar/depth_raster.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {
namespace {

// Weights of the corners at (x, y); false for a triangle without area.
bool corner_weights(const Vec3f& a, const Vec3f& b, const Vec3f& c, float x, float y,
                    std::array<float, 3>& w) noexcept {
  const float area = (b.x() - a.x()) * (c.y() - a.y()) - (c.x() - a.x()) * (b.y() - a.y());
  if (!(std::abs(area) > 1e-9f)) return false;
  w[0] = ((b.x() - x) * (c.y() - y) - (c.x() - x) * (b.y() - y)) / area;
  w[1] = ((c.x() - x) * (a.y() - y) - (a.x() - x) * (c.y() - y)) / area;
  w[2] = 1 - w[0] - w[1];
  return true;
}

}  // namespace

DepthRaster::DepthRaster(int width, int height)
    : width_(width),
      height_(height),
      depth_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), kNothing),
      triangle_(depth_.size(), -1) {}

void DepthRaster::draw(std::span<const Vec3f> points, std::span<const Triangle> triangles) {
  points_.assign(points.begin(), points.end());
  for (const Triangle& t : triangles) {
    const auto number = static_cast<std::int32_t>(triangles_.size());
    triangles_.push_back(t);
    const Vec3f &a = points[static_cast<std::size_t>(t[0])], &b = points[static_cast<std::size_t>(t[1])],
                &c = points[static_cast<std::size_t>(t[2])];
    const Vec3f low = a.cwiseMin(b).cwiseMin(c), high = a.cwiseMax(b).cwiseMax(c);
    if (!(high.x() >= 0 && high.y() >= 0 && low.x() <= static_cast<float>(width_) &&
          low.y() <= static_cast<float>(height_)))
      continue;
    const int x0 = std::max(0, static_cast<int>(std::floor(low.x() - .5f)));
    const int x1 = static_cast<int>(std::min(static_cast<float>(width_ - 1), std::ceil(high.x() - .5f)));
    const int y0 = std::max(0, static_cast<int>(std::floor(low.y() - .5f)));
    const int y1 = static_cast<int>(std::min(static_cast<float>(height_ - 1), std::ceil(high.y() - .5f)));
    std::array<float, 3> w{};
    for (int y = y0; y <= y1; ++y)
      for (int x = x0; x <= x1; ++x) {
        if (!corner_weights(a, b, c, static_cast<float>(x) + .5f, static_cast<float>(y) + .5f, w)) continue;
        if (w[0] < -1e-5f || w[1] < -1e-5f || w[2] < -1e-5f) continue;
        const float z = w[0] * a.z() + w[1] * b.z() + w[2] * c.z();
        const std::size_t i = at(x, y);
        if (z <= depth_[i]) continue;
        depth_[i] = z;
        triangle_[i] = number;
      }
  }
}

SurfacePoint DepthRaster::surface(int x, int y) const noexcept {
  SurfacePoint out;
  out.vertices = triangles_[static_cast<std::size_t>(triangle(x, y))];
  const auto corner = [&](int k) -> const Vec3f& {
    return points_[static_cast<std::size_t>(out.vertices[static_cast<std::size_t>(k)])];
  };
  corner_weights(corner(0), corner(1), corner(2), static_cast<float>(x) + .5f, static_cast<float>(y) + .5f,
                 out.weights);
  float sum = 0;
  for (float& w : out.weights) sum += w = std::clamp(w, 0.0f, 1.0f);
  for (float& w : out.weights) w /= sum;
  return out;
}

}  // namespace parlante
