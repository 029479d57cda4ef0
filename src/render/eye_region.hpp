// One eye with its lids, at twice the output's size.
#pragma once

#include <array>

#include "render/detail_canvas.hpp"
#include "render/lids.hpp"

namespace parlante {

class EyeRegion {
 public:
  /// `side`: 0 the person's right eye, 1 the left; `columns`: of the widest canvas.
  EyeRegion(const HeadModel& head, const Avatar& avatar, int side, std::size_t columns);

  void draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
            const ForegroundTexture& foreground, DetailCanvas& canvas, ImageU8& picture) noexcept;

  /// The box of the lids' margins in the last frame, output px.
  const PixelRect& box() const noexcept { return box_; }
  /// Visible part of the ball in the last frame, output px².
  float open_area() const noexcept { return open_area_; }

 private:
  void draw_ball(const Kernels& kernels, const RigFrame& frame, DetailCanvas& canvas) noexcept;

  void carry_lid(const RigFrame& frame, float texture_scale) noexcept;

  const HeadModel& head_;
  const Avatar& avatar_;
  int side_;
  std::vector<std::int32_t> margin_;  ///< vertices of both lids' margins
  SubMesh skin_;
  std::vector<float> rim_;  ///< of the skin's vertices: lies on the lower lid's wet rim, under a shut lid
  std::vector<float>
      upper_;    ///< of the skin's vertices: 1 above the eye, 0 below it and where the region ends
  float reach_;  ///< cm above the open margin: skin that moves with the lid
  ClosedLid lid_;
  std::vector<float> lid_edge_;  ///< highest row in which the ball is seen, by canvas column
  PixelRect box_;
  float open_area_ = 0;
};

}  // namespace parlante
