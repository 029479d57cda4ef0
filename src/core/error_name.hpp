// Kinds of errors as words, for programs.
#pragma once

#include <string_view>

#include "core/result.hpp"

namespace parlante {

/// "failed", "usage", "no_face", …
std::string_view name(ErrorKind kind) noexcept;

}  // namespace parlante
