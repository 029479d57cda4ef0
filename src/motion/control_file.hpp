// Controls over time: the file behind `--controls` (docs/controls.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "motion/controls.hpp"

namespace parlante {

struct ControlFile {
  std::vector<TimedControls> keyframes;  ///< in order of time; each holds all controls as they are then
  std::vector<std::string> warnings;     ///< values that were brought into range, each said once
};

/// Reads a JSON list of keyframes. A keyframe changes what it names; null gives back what `base` says.
/// Errors: usage, with the number of the keyframe: no JSON, an unknown member, a value of another kind, more
/// than 100,000 keyframes.
Result<ControlFile> parse_control_file(std::string_view json, const MotionControls& base);
/// The same from a file of at most 64 MB; its name begins the error.
Result<ControlFile> read_control_file(const std::filesystem::path& file, const MotionControls& base);

}  // namespace parlante
