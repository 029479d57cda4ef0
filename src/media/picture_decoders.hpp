// The decoders behind read_picture, one for each family of files. Each returns RGB, not larger than asked,
// upright.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/image.hpp"
#include "core/result.hpp"
#include "media/picture.hpp"

namespace parlante {

inline constexpr int kLargestSide = 32768;
/// Pictures that must be whole in memory to be decoded (progressive, interlaced, and all that FFmpeg decodes)
/// may have this many pixels: 12,000 x 10,000.
inline constexpr std::int64_t kMostPixelsAtOnce = 120'000'000;

/// An encoded picture and how it is called in sentences.
struct PictureFile {
  std::span<const std::uint8_t> bytes;
  std::string name;
  PictureOptions options;
};

/// By libjpeg: scales in the transform, row by row; CMYK with and without Adobe's inversion.
Result<ImageU8> decode_jpeg(const PictureFile& picture);
/// By libpng, row by row.
Result<ImageU8> decode_png(const PictureFile& picture);
/// WebP, BMP, TIFF, GIF, JPEG 2000, PNM… by FFmpeg.
Result<ImageU8> decode_other(const PictureFile& picture);

/// Refuses empty and too large sizes.
Result<> check_size(const PictureFile& picture, std::int64_t width, std::int64_t height,
                    bool whole_in_memory);
/// Decides about a picture of which `rows` of `height` rows came before its data ended: half is enough, and
/// the sink hears of it.
Result<> accept_incomplete(const PictureFile& picture, int rows, int height);
tl::unexpected<Error> not_a_picture(const PictureFile& picture);

}  // namespace parlante
