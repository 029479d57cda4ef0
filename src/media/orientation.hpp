// The eight ways a camera can lie, as EXIF and TIFF number them.
#pragma once

#include <cstdint>
#include <span>

#include "core/image.hpp"

namespace parlante {

/// Where the stored picture's first row and first column belong in the upright one (EXIF 2.3, tag 0x0112):
/// 1 top-left (upright), 2 mirrored, 3 turned by 180°, 4 flipped, 5 transposed, 6 to be turned right by 90°,
/// 7 transversed, 8 to be turned left by 90°.
using Orientation = int;

/// From a TIFF header and its first directory, which is also what an EXIF block is; 1 when it says nothing or
/// is damaged.
Orientation orientation_in_tiff(std::span<const std::uint8_t> tiff) noexcept;

/// Of a 3x3 display matrix as in MP4 (16.16 fixed point, row vectors): the nearest of the eight.
Orientation orientation_of_display_matrix(const std::int32_t matrix[9]) noexcept;

/// Turns a stored picture upright. Values outside 1…8 leave it as it is.
ImageU8 upright(ImageU8 stored, Orientation orientation);

}  // namespace parlante
