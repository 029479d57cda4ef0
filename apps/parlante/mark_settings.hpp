// What can be asked of marks: whose face, who signs, whom to trust.
#pragma once

#include <string>
#include <vector>

#include "core/options.hpp"

namespace parlante::app {

/// Of those that use a portrait.
struct ConsentSettings {
  std::string consent;
};

/// Of those that write what people see.
struct SignSettings {
  std::string certificate, key, time_stamp;
};

/// Of `render`: when the visible label is seen.
struct LabelSettings {
  std::string label = "repeat";
};

/// Of `verify`.
struct VerifySettings {
  std::string trust;
  bool quick = false;
};

/// Of `keys`.
struct KeySettings {
  std::string export_to;
  bool renew = false;
};

std::vector<Option> option_table(ConsentSettings& settings);
std::vector<Option> option_table(SignSettings& settings);
std::vector<Option> option_table(LabelSettings& settings);
std::vector<Option> option_table(VerifySettings& settings);
std::vector<Option> option_table(KeySettings& settings);

}  // namespace parlante::app
