#include "measure/closure_times.hpp"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace parlante {
namespace {

/// One or two numbers as a spell, if they make sense.
std::optional<Spell> spell(const std::vector<double>& numbers) {
  if (numbers.empty() || numbers.size() > 2) return std::nullopt;
  const Spell found{numbers.front(), numbers.back()};
  if (!std::isfinite(found.start_s) || !std::isfinite(found.end_s)) return std::nullopt;
  return found.start_s >= 0 && found.end_s >= found.start_s ? std::optional(found) : std::nullopt;
}

std::optional<Spell> spell(const nlohmann::json& entry) {
  if (entry.is_number()) return spell(std::vector{entry.get<double>()});
  std::vector<double> numbers;
  if (!entry.is_array()) return std::nullopt;
  for (const auto& value : entry) {
    if (!value.is_number()) return std::nullopt;
    numbers.push_back(value.get<double>());
  }
  return spell(numbers);
}

}  // namespace

Result<std::vector<Spell>> parse_closure_times(const std::string& text, const std::string& name) {
  std::vector<Spell> spells;
  const auto wrong = [&](const std::string& where) {
    return fail(ErrorKind::usage, "\"" + name + "\", " + where +
                                      " is no time of a closure: seconds, or a start and an end in seconds.");
  };
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && text[begin] == '[') {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_array()) return fail(ErrorKind::usage, "\"" + name + "\" is no JSON array of seconds.");
    for (std::size_t i = 0; i < json.size(); ++i) {
      const auto found = spell(json[i]);
      if (!found) return wrong("entry " + std::to_string(i + 1));
      spells.push_back(*found);
    }
  } else {
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      std::istringstream words(line.substr(0, line.find('#')));
      std::vector<double> numbers;
      double value = 0;
      while (words >> value) numbers.push_back(value);
      if (numbers.empty() && words.eof() &&
          line.substr(0, line.find('#')).find_first_not_of(" \t\r") == std::string::npos)
        continue;
      const auto found = words.eof() ? spell(numbers) : std::nullopt;
      if (!found) return wrong("line " + std::to_string(number));
      spells.push_back(*found);
    }
  }
  if (spells.empty()) return fail(ErrorKind::usage, "There are no times of closures in \"" + name + "\".");
  return spells;
}

Result<std::vector<Spell>> read_closure_times(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorKind::usage, "Cannot open the times of closures \"" + file + "\".");
  std::stringstream text;
  text << in.rdbuf();
  return parse_closure_times(text.str(), file);
}

}  // namespace parlante
