// The rows as text and as JSON.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "measure/report.hpp"

namespace parlante {
namespace {

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string aim(const MeasureRow& row) {
  if (row.low && row.high) return number(*row.low, row.digits) + "…" + number(*row.high, row.digits);
  if (row.low) return ">= " + number(*row.low, row.digits);
  if (row.high) return "<= " + number(*row.high, row.digits);
  return "";
}

/// Columns as people see them: bytes that go on a UTF-8 letter take no room.
std::size_t shown(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string with_unit(double value, const MeasureRow& row) {
  if (!std::isfinite(value)) return "–";
  return number(value, row.digits) + (row.unit.empty() ? "" : row.unit == "°" ? row.unit : " " + row.unit);
}

}  // namespace

std::string report_text(const std::vector<MeasureRow>& rows) {
  const bool two =
      std::any_of(rows.begin(), rows.end(), [](const MeasureRow& row) { return row.theirs.has_value(); });
  std::vector<std::vector<std::string>> lines;
  lines.push_back({"", "this film", two ? "the other" : "", "real people", "aim", "", ""});
  std::string group;
  for (const MeasureRow& row : rows) {
    if (row.group != group) lines.push_back({row.group + ":"});
    group = row.group;
    const auto reached = row.reached();
    lines.push_back({"  " + row.name, with_unit(row.value, row),
                     row.theirs ? with_unit(*row.theirs, row) : "", row.real, aim(row),
                     !reached   ? ""
                     : *reached ? "yes"
                                : "no",
                     row.note});
  }
  std::vector<std::size_t> widths(7, 0);
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size() && line.size() > 1; ++i)
      widths[i] = std::max(widths[i], shown(line[i]));
  std::string text;
  for (const auto& line : lines) {
    std::string shown_line;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (widths[i] == 0) continue;
      shown_line += line[i] + std::string(line.size() > 1 ? widths[i] - shown(line[i]) + 2 : 0, ' ');
    }
    shown_line.erase(shown_line.find_last_not_of(' ') + 1);
    text += shown_line + '\n';
  }
  return text;
}

std::string report_json(const std::vector<MeasureRow>& rows) {
  using Json = nlohmann::ordered_json;
  const auto value = [](double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); };
  Json report = Json::object();
  for (const MeasureRow& row : rows) {
    Json& json = report[row.group][row.key] = Json::object();
    json["value"] = value(row.value);
    if (row.theirs) json["theirs"] = value(*row.theirs);
    if (!row.unit.empty()) json["unit"] = row.unit;
    if (!row.note.empty()) json["note"] = row.note;
    if (row.low) json["low"] = *row.low;
    if (row.high) json["high"] = *row.high;
    if (const auto reached = row.reached()) json["reached"] = *reached;
  }
  return report.dump();
}

}  // namespace parlante
