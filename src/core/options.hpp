// Options are defined once, in a table: the command line, the environment names, the help and docs/options.md
// all come from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parlante {

/// One option. `target` points at the variable it sets, which holds the default until then.
struct Option {
  std::string name;  ///< long name, without dashes: "motion-scale"
  std::string help;  ///< one sentence, with the unit
  std::variant<bool*, int*, double*, std::string*> target;
  double low = 0, high = 0;               ///< range of a number, both included; low == high: any
  std::vector<std::string> choices = {};  ///< of a text; empty: any
  char letter = 0;                        ///< short name, 0: none
  bool clamped = false;  ///< a number out of range is taken as the nearest in range, with a warning
};

/// "motion-scale" -> "PARLANTE_MOTION_SCALE".
std::string environment_name(std::string_view option_name);
/// The value the target holds, as it would be typed: "0.8", "25", "on"/"off", text.
std::string value_text(const Option& option);
/// "0 to 2", "one of a, b", or nothing.
std::string range_text(const Option& option);
/// A table in Markdown: name, meaning, default, range, environment.
std::string options_markdown(std::span<const Option> options);

}  // namespace parlante
