// Any picture as upright 8-bit RGB, and pictures written.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/image.hpp"
#include "core/result.hpp"
#include "core/sink.hpp"
#include "media/atomic_file.hpp"

namespace parlante {

/// What the file says of the camera.
struct PictureFacts {
  double focal_px = 0;  ///< focal length in px of the picture returned, from a JPEG's EXIF; 0: unknown
};

struct PictureOptions {
  int max_side = 8192;  ///< larger pictures are scaled down while reading
  Sink* sink =
      nullptr;  ///< hears of what was mended (a picture whose lower part is missing is cut to the rest)
  PictureFacts* facts = nullptr;  ///< is told what the file says of the camera
};

/// Reads JPEG (EXIF orientation applied, CMYK converted), PNG (16 bit, grey, palette; transparent parts over
/// white), WebP, BMP, TIFF… `source`: a path, or "-" for standard input. Returns RGB. Errors: bad_picture:
/// not a picture, truncated so that most is missing, more than 32,768 pixels a side.
Result<ImageU8> read_picture(const std::string& source, const PictureOptions& options = {});
/// The same from bytes in memory.
Result<ImageU8> decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                               const PictureOptions& options = {});

/// Writes RGB, RGBA or grey as PNG; the file appears only when complete and the last step is taken (not for a
/// pipe or device). Errors: failed, those of the last step.
Result<> write_png(const ImageU8& image, const std::filesystem::path& file, const LastStep& last_step = {});

}  // namespace parlante
