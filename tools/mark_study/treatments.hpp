// What happens to pictures on their way: each treatment by its name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/image.hpp"
#include "core/result.hpp"

namespace parlante::mark_study {

struct Treatment {
  std::string name;
  std::function<Result<std::vector<ImageU8>>(const std::vector<ImageU8>&)> apply;
};

/// Encoders at several qualities, sizes, cuts, tones, blur, noise, screenshots, few frames, other rates.
std::vector<Treatment> treatments();

}  // namespace parlante::mark_study
