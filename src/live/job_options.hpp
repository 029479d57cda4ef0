// What a job may ask of `parlante render`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace parlante {

struct JobOptions {
  std::vector<std::string> arguments;  ///< "--fps=25"
  std::string controls;                ///< keyframes, JSON; empty: none
};

/// A JSON object of options by their names (with - or _), and "controls". Options that name files or choose
/// the output are not there. Values are checked by the command. Errors: usage.
Result<JobOptions> parse_job_options(std::string_view json);

}  // namespace parlante
