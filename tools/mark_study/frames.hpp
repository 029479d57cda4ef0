// Frames of films and pictures, as the study looks at them.
#pragma once

#include <string>
#include <vector>

#include "core/image.hpp"

namespace parlante::mark_study {

/// Every `step`-th frame of a film, or the one picture; `most` of them at most. Says on stderr what cannot be
/// read.
std::vector<ImageU8> frames_of(const std::string& file, std::size_t most, int step);

}  // namespace parlante::mark_study
