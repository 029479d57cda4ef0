// The living part of a frame at the output's size: face mesh and relief over the plate.
#pragma once

#include <vector>

#include "core/aligned_vector.hpp"
#include "render/frame_plate.hpp"
#include "render/kernels.hpp"
#include "render/layer_texture.hpp"
#include "render/relief_layer.hpp"
#include "render/rig.hpp"
#include "render/silhouettes.hpp"

namespace parlante {

/// Draws band by band, so that what the triangles leave is still in the cache when pixels are made of it.
class FrameLayers {
 public:
  /// `plate` must outlive it.
  FrameLayers(const HeadModel& head, const Avatar& avatar, const FramePlace& place, float texture_scale,
              const FramePlate& plate);

  /// Fills the living part of `picture` (RGB, of the frame's size). Where no foreground is, it is the plate,
  /// bit for bit. With `alpha` (one channel, same size), nothing is laid over the plate: colours are those of
  /// the foreground alone, not premultiplied, and its coverage goes to `alpha`.
  void draw(const Kernels& kernels, const RigFrame& frame, const ReliefLayer& relief,
            const ForegroundTexture& foreground, ImageU8& picture, ImageU8* alpha) noexcept;

 private:
  /// The triangles of one of the two meshes, by band.
  struct Sorted {
    std::vector<std::uint8_t> first, last;
  };
  TriangleBands sort(const Kernels& kernels, const RasterMesh& mesh, Sorted& sorted) const noexcept;
  RasterMesh face_mesh(const RigFrame& frame) noexcept;
  void begin_silhouettes(const RigFrame& frame) noexcept;
  void write_rows(const Kernels& kernels, const Texture& texture, const TileTarget& skin,
                  const TileTarget& ground, int first_row, ImageU8& picture, ImageU8* alpha) noexcept;

  const HeadModel& head_;
  const Avatar& avatar_;
  const FramePlate& plate_;
  FramePlace place_;
  PixelRect living_;  ///< px of the frame
  float texture_scale_;
  int columns_, rows_, band_rows_;  ///< tiles
  std::vector<float> vertex_attributes_;
  Sorted face_bands_, relief_bands_;
  Silhouettes silhouettes_;
  AlignedVector<float> skin_, relief_;  ///< tiles of one band
};

}  // namespace parlante
