#include "live/job_options.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "motion/control_file.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 20> kAllowed{
    "fps",    "size",   "frame", "background", "grain",        "seed",        "crf",
    "label",  "motion", "gaze",  "distance",   "head-pose",    "fixed-pose",  "emotion",
    "blinks", "still",  "idle",  "face",       "motion-scale", "mouth-scale",
};
constexpr std::size_t kMostOptions = 1'000'000, kMostValue = 200;

bool allowed(std::string_view name) {
  return std::ranges::find(kAllowed, name) != kAllowed.end();
}

/// A background is a colour here: it could name a file otherwise.
bool is_plain_background(std::string_view value) {
  return value == "photo" || (value.size() == 7 && value[0] == '#' &&
                              value.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos);
}

/// The value as it would be typed; empty: it cannot be.
std::string typed(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  return {};
}

Result<std::string> keyframes(Json controls) {
  if (controls.is_object()) {
    if (!controls.contains("time")) controls["time"] = 0;
    controls = Json::array({std::move(controls)});
  }
  std::string text = controls.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (const auto file = parse_control_file(text, {}); !file) return tl::unexpected(file.error());
  return text;
}

}  // namespace

Result<JobOptions> parse_job_options(std::string_view text) {
  const auto wrong = [](std::string message) { return fail(ErrorKind::usage, std::move(message)); };
  if (text.size() > kMostOptions) return wrong("The job's options are too long.");
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return wrong("The job's options are no JSON object.");
  JobOptions options;
  for (const auto& [key, value] : json.items()) {
    if (value.is_null()) continue;
    if (key == "controls") {
      auto checked = keyframes(value);
      if (!checked) return pass_on(std::move(checked));
      options.controls = std::move(*checked);
      continue;
    }
    std::string name = key;
    std::ranges::replace(name, '_', '-');
    if (!allowed(name)) return wrong("Jobs have no option \"" + key.substr(0, 40) + "\".");
    if (value.is_boolean()) {
      if (value.get<bool>()) options.arguments.push_back("--" + name);
      continue;
    }
    const std::string said = typed(value);
    if (said.empty() || said.size() > kMostValue || said.find('\0') != std::string::npos ||
        (name == "background" && !is_plain_background(said)))
      return wrong("The option \"" + name + "\" cannot have that value.");
    options.arguments.push_back("--" + name + "=" + said);
  }
  return options;
}

}  // namespace parlante
