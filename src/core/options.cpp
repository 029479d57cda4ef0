#include "core/options.hpp"

#include <cctype>
#include <cstdio>

namespace parlante {
namespace {

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace

std::string environment_name(std::string_view option_name) {
  std::string name = "PARLANTE_";
  for (const char c : option_name) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string value_text(const Option& option) {
  if (const auto* flag = std::get_if<bool*>(&option.target)) return **flag ? "on" : "off";
  if (const auto* integer = std::get_if<int*>(&option.target)) return std::to_string(**integer);
  if (const auto* number = std::get_if<double*>(&option.target)) return number_text(**number);
  return *std::get<std::string*>(option.target);
}

std::string range_text(const Option& option) {
  if (!option.choices.empty()) {
    std::string text = "one of ";
    for (std::size_t i = 0; i < option.choices.size(); ++i) text += (i ? ", " : "") + option.choices[i];
    return text;
  }
  if (option.low == option.high) return "";
  return number_text(option.low) + " to " + number_text(option.high);
}

std::string options_markdown(std::span<const Option> options) {
  std::string text =
      "| option | meaning | default | range | environment |\n| --- | --- | --- | --- | --- |\n";
  for (const Option& option : options) {
    text += "| `" + (option.letter ? std::string("-") + option.letter + "`, `" : std::string()) + "--" +
            option.name + "` | " + option.help + " | " + value_text(option) + " | " + range_text(option) +
            " | `" + environment_name(option.name) + "` |\n";
  }
  return text;
}

}  // namespace parlante
