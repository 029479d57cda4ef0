// Frames through a video encoder and back, in memory.
#pragma once

#include <string>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"

namespace parlante::mark_study {

struct Recoded {
  std::vector<ImageU8> frames;
  std::size_t bytes = 0;
};

/// Encodes RGB frames of one size with FFmpeg's encoder `name` at constant quality and decodes them again.
/// Errors: failed (the encoder is not there, or refuses).
Result<Recoded> recode(const std::vector<ImageU8>& frames, const std::string& name, int crf);

}  // namespace parlante::mark_study
