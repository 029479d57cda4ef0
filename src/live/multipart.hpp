// Forms with files (multipart/form-data, RFC 7578) in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// One field. `content` points into the body. The name a client gave its file is not kept: nothing may use
/// it.
struct FormPart {
  std::string name;
  std::string_view content;
};

/// `content_type` is the request's header. At most 32 parts with headers of at most 4 KiB each. Errors:
/// usage, with a sentence: no form, no boundary, cut off.
Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body);

/// The part of that name, or null.
const FormPart* find_part(const std::vector<FormPart>& form, std::string_view name) noexcept;

}  // namespace parlante
