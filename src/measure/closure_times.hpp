// Moments at which the lips should shut, given by the user.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "measure/lip_measures.hpp"

namespace parlante {

/// A JSON array of seconds or of pairs [start, end], or text with one number (or two: start and end) a line;
/// what stands behind # is not read. Errors: usage, with the line or the entry (no number, negative, end
/// before start, none at all).
Result<std::vector<Spell>> read_closure_times(const std::string& file);
/// The same from text; `name` appears in errors.
Result<std::vector<Spell>> parse_closure_times(const std::string& text, const std::string& name);

}  // namespace parlante
