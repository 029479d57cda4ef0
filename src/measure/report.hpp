// The measures as rows: name, value, what real people do, what is to be reached.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/asked_measures.hpp"
#include "measure/measures.hpp"

namespace parlante {

/// A row of the table.
struct MeasureRow {
  std::string group;                ///< "lips", "against", "head", …: rows of a group follow each other
  std::string key;                  ///< for JSON: "gap_std"
  std::string name;                 ///< for people: "opening, std"
  std::string unit;                 ///< empty: a plain number
  int digits = 2;                   ///< after the point
  double value = 0;                 ///< NaN: not known
  std::optional<double> theirs;     ///< the same of the film it is held against
  std::string note;                 ///< "12 of 14", "no sound"; shown behind the value
  std::string real;                 ///< what real people do (docs/measure.md says which)
  std::optional<double> low, high;  ///< to be reached; either may be missing

  /// Nothing where there is no aim or no value.
  std::optional<bool> reached() const;
};

/// `against`: null when the film was held against none; `asked`: null when no codes were given.
std::vector<MeasureRow> report_rows(const Measures& measures, const AgainstMeasures* against = nullptr,
                                    const AskedMeasures* asked = nullptr);

/// Aligned columns for a terminal.
std::string report_text(const std::vector<MeasureRow>& rows);
/// One JSON object: groups of keys; unknown numbers are null.
std::string report_json(const std::vector<MeasureRow>& rows);

}  // namespace parlante
