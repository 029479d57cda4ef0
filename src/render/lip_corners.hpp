// The corners of the mouth as the photo shows them shut: a dark end of the seam, which must not be dragged
// along as a dot when the lips come forward or part.
#pragma once

#include <array>
#include <vector>

#include "render/corner_skin.hpp"
#include "render/detail_canvas.hpp"
#include "render/rig.hpp"

namespace parlante {

/// What the photo, its corners relaxed (corner_skin.hpp), still lacks in light along the last stretch of the
/// seam, against the skin above and below: added again where it is drawn, it leaves the corner's skin with
/// all its grain. Immutable.
class LipCorners {
 public:
  LipCorners(const HeadModel& head, const Avatar& avatar);

  /// Lights the canvas' skin after DetailCanvas::draw_skin(), whose mesh must carry SkinAttribute in texture
  /// px (photo px · `texture_scale`). `strength` 0: as in the photo; 1: no seam at the corners.
  void paint(const RigFrame& frame, float strength, float texture_scale, DetailCanvas& canvas) const noexcept;

 private:
  struct Corner {
    std::int32_t vertex = 0;
    float inwards = 1;                             ///< of x
    int left = 0, top = 0, width = 0, height = 0;  ///< photo px
    std::vector<float> light;                      ///< RGB a photo px, >= 0, 0 at the rim

    /// Adds the light at photo px (u, v), counted from the pixels' middles.
    void add(float u, float v, float gain, float* rgb) const noexcept;
  };
  /// `along`: the contact line's vertices from this corner inwards.
  static Corner lighten(const Avatar& avatar, const std::vector<Vec2f>& along, const CornerSkin& relaxed);

  std::array<Corner, 2> corners_;
  float px_per_cm_;
};

}  // namespace parlante
