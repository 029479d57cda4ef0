// What lies behind the head in the living part of a frame.
#pragma once

#include <cstdint>

#include "avatar/avatar.hpp"
#include "core/aligned_vector.hpp"
#include "core/image.hpp"
#include "render/surroundings.hpp"

namespace parlante {

/// Immutable; may be shared by renderers of the same place.
struct FramePlate {
  /// `background` (RGB, of the frame's size) takes the place of the photo's own; null: that stays. Allocates.
  FramePlate(const Avatar& avatar, const FramePlace& place, const ImageU8* background);

  int tile_columns = 0;               ///< tiles of kTilePixels that cover the living part
  AlignedVector<std::uint8_t> tiles;  ///< its pixels as RGBx, tile after tile, as TileRow wants them
};

}  // namespace parlante
