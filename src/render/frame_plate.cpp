#include "render/frame_plate.hpp"

#include <algorithm>

#include "render/resample.hpp"
#include "render/tile_raster.hpp"

namespace parlante {
namespace {

ImageU8 cut(const ImageU8& picture, const PixelRect& rect) {
  ImageU8 out(rect.width, rect.height, picture.channels);
  for (int y = 0; y < rect.height; ++y) std::copy_n(picture.at(rect.x, rect.y + y), out.stride(), out.row(y));
  return out;
}

}  // namespace

FramePlate::FramePlate(const Avatar& avatar, const FramePlace& place, const ImageU8* background) {
  const PixelRect living = place.living();
  const ImageU8 rgb =
      background ? cut(*background, living)
                 : cut(resize_picture(avatar.plate, place.size, place.size),
                       {living.x + place.part.x, living.y + place.part.y, living.width, living.height});
  tile_columns = (living.width + kTileSide - 1) / kTileSide;
  const int rows = (living.height + kTileSide - 1) / kTileSide;
  tiles.resize(static_cast<std::size_t>(tile_columns * rows) * kTilePixels * 4);
  for (int y = 0; y < living.height; ++y)
    for (int x = 0; x < living.width; ++x) {
      const int tile = y / kTileSide * tile_columns + x / kTileSide;
      const int pixel = tile * kTilePixels + y % kTileSide * kTileSide + x % kTileSide;
      std::copy_n(rgb.at(x, y), 3, tiles.data() + 4 * static_cast<std::size_t>(pixel));
    }
}

}  // namespace parlante
