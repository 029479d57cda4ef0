// Soft lines: lashes, and the line where closed lips meet.
#pragma once

namespace parlante {

struct StrokePlane {
  float* values = nullptr;  ///< width x height
  int width = 0, height = 0;
};

struct StrokeStyle {
  float half_width = 1;  ///< px, to where the line is half as dark
  float softness = 1;    ///< px over which it fades, on each side
  float value = 1;       ///< darkest
};

/// Raises the plane to the line from (x0, y0) to (x1, y1), px; lines that cross do not add up.
void draw_stroke(const StrokePlane& plane, float x0, float y0, float x1, float y1,
                 const StrokeStyle& style) noexcept;

}  // namespace parlante
