// Pictures packed in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"

namespace parlante {

/// How a JPEG's values are written.
enum class JpegTables {
  own,       ///< by how often they occur in this picture
  standard,  ///< by the standard's example: less than half the time, 3 % larger
};

/// Packs RGB or grey as JPEG, `quality` 1 to 100. Errors: usage (another form, more than 65,500 px a side),
/// failed (no memory).
Result<std::vector<std::uint8_t>> encode_jpeg(const ImageU8& image, int quality,
                                              JpegTables tables = JpegTables::own);

}  // namespace parlante
