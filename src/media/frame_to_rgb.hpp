// Decoded FFmpeg pictures of any pixel format as RGB.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"
#include "media/ffmpeg.hpp"

namespace parlante {

/// Converts with the frame's own matrix and range; where it names none, BT.709 from 720 rows on, else BT.601.
/// Keeps its buffers between frames. Not thread-safe.
class RgbConverter {
 public:
  /// `frame` as RGB of width x height (transparent parts over white) into `rgb`, whose memory is reused.
  /// Errors: bad_picture (a pixel format that cannot be converted).
  Result<> convert(const AVFrame& frame, int width, int height, ImageU8& rgb);

 private:
  ffmpeg::Scaler scaler_;
  std::vector<std::uint8_t> aligned_;  // swscale writes whole vectors, beyond the end of a row
};

}  // namespace parlante
