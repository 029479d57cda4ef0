// What a camera wrote beside its picture, as far as it matters here.
#pragma once

#include <cstdint>
#include <span>

namespace parlante {

struct ExifFacts {
  int orientation = 1;    ///< 1...8 (tag 0x0112); 1 when it says nothing
  double focal_35mm = 0;  ///< focal length of a 35 mm camera with the same view, mm (tag 0xA405); 0: unknown
  int width = 0, height = 0;  ///< px of the picture that the camera stored (tags 0xA002, 0xA003); 0: unknown
};

/// From a TIFF header and its directories, which is also what an EXIF block is (EXIF 2.3). What is damaged
/// or missing is as if it said nothing.
ExifFacts exif_in_tiff(std::span<const std::uint8_t> tiff) noexcept;

/// The focal length in px of a picture of `width` x `height` as stored in the file; 0 when it is not known.
/// A picture with another shape than the camera's was cut out of it; one with the same shape was scaled. The
/// equivalent focal length counts along the diagonal (CIPA DCG-001); a square without a shape of its own was
/// cut out of a picture of 4 : 3. Lengths are held to 14...135 mm.
double focal_px(const ExifFacts& exif, int width, int height) noexcept;

}  // namespace parlante
