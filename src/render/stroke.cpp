#include "render/stroke.hpp"

#include <algorithm>
#include <cmath>

namespace parlante {

void draw_stroke(const StrokePlane& plane, float x0, float y0, float x1, float y1,
                 const StrokeStyle& style) noexcept {
  const float reach = style.half_width + style.softness;
  const int left = std::max(0, static_cast<int>(std::floor(std::min(x0, x1) - reach)));
  const int right = std::min(plane.width, static_cast<int>(std::ceil(std::max(x0, x1) + reach)));
  const int top = std::max(0, static_cast<int>(std::floor(std::min(y0, y1) - reach)));
  const int bottom = std::min(plane.height, static_cast<int>(std::ceil(std::max(y0, y1) + reach)));
  const float dx = x1 - x0, dy = y1 - y0, length2 = std::max(dx * dx + dy * dy, 1e-6f);
  for (int y = top; y < bottom; ++y)
    for (int x = left; x < right; ++x) {
      const float px = static_cast<float>(x) + .5f - x0, py = static_cast<float>(y) + .5f - y0;
      const float t = std::clamp((px * dx + py * dy) / length2, 0.f, 1.f);
      const float x_off = px - t * dx, y_off = py - t * dy;
      const float distance = std::sqrt(x_off * x_off + y_off * y_off);
      const float s = std::clamp((reach - distance) / (2 * style.softness), 0.f, 1.f);
      float& value = plane.values[y * plane.width + x];
      value = std::max(value, style.value * s * s * (3 - 2 * s));
    }
}

}  // namespace parlante
