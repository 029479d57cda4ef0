#include "media/orientation.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "media/exif.hpp"

namespace parlante {

Orientation orientation_in_tiff(std::span<const std::uint8_t> tiff) noexcept {
  return exif_in_tiff(tiff).orientation;
}

Orientation orientation_of_display_matrix(const std::int32_t matrix[9]) noexcept {
  const double a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];  // x' = a x + c y, y' = b x + d y
  if (std::abs(a) + std::abs(d) >= std::abs(b) + std::abs(c)) {
    if (a >= 0) return d >= 0 ? 1 : 4;
    return d >= 0 ? 2 : 3;
  }
  if (b >= 0) return c >= 0 ? 5 : 6;
  return c >= 0 ? 8 : 7;
}

ImageU8 upright(ImageU8 stored, Orientation orientation) {
  if (orientation <= 1 || orientation > 8 || stored.empty()) return stored;
  const bool swapped = orientation >= 5;
  const int width = stored.width, height = stored.height, channels = stored.channels;
  ImageU8 turned(swapped ? height : width, swapped ? width : height, channels);
  const auto pixel = static_cast<std::ptrdiff_t>(channels),
             row = static_cast<std::ptrdiff_t>(stored.stride());
  // From the stored pixel shown at the upright picture's corner, one step right and one step down.
  const std::ptrdiff_t last_x = pixel * (width - 1), last_y = row * (height - 1);
  std::ptrdiff_t corner = 0, right = pixel, down = row;
  switch (orientation) {
    case 2:
      corner = last_x, right = -pixel;
      break;
    case 3:
      corner = last_x + last_y, right = -pixel, down = -row;
      break;
    case 4:
      corner = last_y, down = -row;
      break;
    case 5:
      right = row, down = pixel;
      break;
    case 6:
      corner = last_y, right = -row, down = pixel;
      break;
    case 7:
      corner = last_x + last_y, right = -row, down = -pixel;
      break;
    case 8:
      corner = last_x, right = row, down = -pixel;
      break;
    default:
      break;
  }
  for (int y = 0; y < turned.height; ++y) {
    const std::uint8_t* from = stored.pixels.data() + corner + y * down;
    std::uint8_t* to = turned.row(y);
    for (int x = 0; x < turned.width; ++x, to += channels, from += right)
      std::memcpy(to, from, static_cast<std::size_t>(channels));
  }
  return turned;
}

}  // namespace parlante
