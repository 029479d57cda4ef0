// Socket, tongue, gums and teeth behind the lips (design 7).
#pragma once

#include <vector>

#include "core/lazy_zeros.hpp"
#include "render/detail_canvas.hpp"
#include "render/lip_opening.hpp"
#include "render/mouth_tissue.hpp"
#include "render/rig_lips.hpp"

namespace parlante {

class MouthInterior {
 public:
  /// `capacity`: canvas px of the largest mouth region.
  MouthInterior(const HeadModel& head, const Avatar& avatar, std::size_t capacity);

  /// Draws the interior into the canvas where `opening` is open, and the shadow of the lips' rim. In f and v
  /// the upper teeth reach over the lower lip. Uses both masks.
  void draw(const Kernels& kernels, const RigFrame& frame, LipOpening& opening,
            DetailCanvas& canvas) noexcept;

 private:
  static constexpr int kAttributes = kInteriorAttributes;

  void shade_vertices(const RigFrame& frame) noexcept;
  void blur_opening(const Kernels& kernels, const LipOpening& opening, DetailCanvas& canvas) noexcept;
  /// Nothing but teeth lies on the lower lip: the mask loses the rest.
  void leave_lip_below_teeth(const LipOpening& opening, DetailCanvas& canvas) const noexcept;
  void draw_rim_shadow(const Kernels& kernels, const LipOpening& opening, float tuck,
                       DetailCanvas& canvas) noexcept;
  void shade_pixels(const LipOpening& opening, float px_per_cm, const LipPose& pose) noexcept;
  bool is_tooth(std::size_t pixel) const noexcept {
    return depth_[pixel] > kRasterFar &&
           attributes_[pixel * kAttributes + kTissue] > static_cast<float>(kTeeth) - .5f;
  }
  /// A gap between two teeth is narrower than a pixel: it is a crease, not a hole into the dark.
  void close_tooth_gaps(const LipOpening& opening) noexcept;
  /// The mean of the shaded colours about a pixel: teeth have no edges as sharp as polygons.
  void softened(const LipOpening& opening, int x, int y, float* rgb) const noexcept;

  const HeadModel& head_;
  const Avatar& avatar_;
  std::vector<std::int32_t> triangles_;  ///< indices from 0 at the first interior vertex
  MouthTissue tissue_;
  std::vector<float> vertex_attributes_;
  LazyZeros<float> attributes_, shaded_, depth_, wide_, narrow_;
  LazyZeros<float> closeness_;  ///< of each column: 1 where the lips leave nothing but the dark to see
  int half_width_ = 0, half_height_ = 0;
  float px_per_cm_;
};

}  // namespace parlante
