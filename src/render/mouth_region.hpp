// Lips and what is behind them, at twice the output's size.
#pragma once

#include "render/detail_canvas.hpp"
#include "render/lip_corners.hpp"
#include "render/lip_opening.hpp"
#include "render/lip_skin.hpp"
#include "render/made_softness.hpp"
#include "render/mouth_interior.hpp"

namespace parlante {

class MouthRegion {
 public:
  MouthRegion(const HeadModel& head, const Avatar& avatar, std::size_t capacity);

  void draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
            const ForegroundTexture& foreground, DetailCanvas& canvas, ImageU8& picture) noexcept;

  /// Of the last frame, output px.
  const PixelRect& lips() const noexcept { return lips_; }
  /// Area of the opening in the last frame, output px².
  float open_area() const noexcept { return open_area_; }

 private:
  /// The line on which the lips touch: all of it while they are shut and the photo has none, and what stays
  /// shut beside an opening. `open`: opening_ is of this frame.
  void draw_contact_line(const RigFrame& frame, bool open, DetailCanvas& canvas) noexcept;

  const HeadModel& head_;
  const Avatar& avatar_;
  SubMesh skin_;
  LipSkin lip_skin_;
  LipCorners corners_;
  LipOpening opening_;
  MouthInterior interior_;
  MadeSoftness softness_;
  PixelRect lips_;
  float open_area_ = 0;
};

/// Writes the skin's four attributes (SkinAttribute) of the mesh's vertices for this frame.
void write_skin_attributes(const RigFrame& frame, const Avatar& avatar, float texture_scale,
                           SubMesh& mesh) noexcept;

}  // namespace parlante
