// The whole frame at the output's size: face mesh and relief over the plate.
#pragma once

#include <vector>

#include "render/kernels.hpp"
#include "render/layer_texture.hpp"
#include "render/relief_layer.hpp"
#include "render/rig.hpp"

namespace parlante {

class FrameLayers {
 public:
  FrameLayers(const HeadModel& head, const Avatar& avatar, int size, float texture_scale);

  /// Fills `picture` (RGB, size x size). Where no foreground is, it is the plate, bit for bit.
  void draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
            const ForegroundTexture& foreground, ImageU8& picture) noexcept;

 private:
  void draw_row(const Kernels& kernels, const Texture& texture, int y, ImageU8& picture) noexcept;

  const HeadModel& head_;
  const Avatar& avatar_;
  int size_;
  float texture_scale_;
  ImageU8 plate_;
  std::vector<float> vertex_attributes_;
  std::vector<float> skin_, skin_depth_, relief_, relief_depth_;
  std::vector<float> place_, shade_, least_alpha_;  ///< of one row
  std::vector<std::uint8_t> sampled_;
};

}  // namespace parlante
