// Pictures packed in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"

namespace parlante {

/// Packs RGB or grey as JPEG, `quality` 1 to 100. Errors: usage (another form, more than 65,500 px a side),
/// failed (no memory).
Result<std::vector<std::uint8_t>> encode_jpeg(const ImageU8& image, int quality);

}  // namespace parlante
