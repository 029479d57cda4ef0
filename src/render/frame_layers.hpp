// The living part of a frame at the output's size: face mesh and relief over the plate.
#pragma once

#include <vector>

#include "render/kernels.hpp"
#include "render/layer_texture.hpp"
#include "render/relief_layer.hpp"
#include "render/rig.hpp"
#include "render/surroundings.hpp"

namespace parlante {

class FrameLayers {
 public:
  /// `background` (RGB, of the frame's size) takes the place of the photo's own; null: that stays.
  FrameLayers(const HeadModel& head, const Avatar& avatar, const FramePlace& place, float texture_scale,
              const ImageU8* background);

  /// Fills the living part of `picture` (RGB, of the frame's size). Where no foreground is, it is the plate,
  /// bit for bit. With `alpha` (one channel, same size), nothing is laid over the plate: colours are those of
  /// the foreground alone, not premultiplied, and its coverage goes to `alpha`.
  void draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
            const ForegroundTexture& foreground, ImageU8& picture, ImageU8* alpha) noexcept;

 private:
  void draw_row(const Kernels& kernels, const Texture& texture, int y, ImageU8& picture,
                ImageU8* alpha) noexcept;

  const HeadModel& head_;
  const Avatar& avatar_;
  FramePlace place_;
  PixelRect living_;  ///< px of the frame
  float texture_scale_;
  ImageU8 plate_;  ///< of the living part
  std::vector<float> vertex_attributes_;
  std::vector<float> skin_, skin_depth_, relief_, relief_depth_;
  std::vector<float> sources_, shade_, least_alpha_, opaque_;  ///< of one row
  std::vector<std::uint8_t> sampled_;
};

}  // namespace parlante
