// Face codes as JSON lines: one object a frame, as `parlante track` writes and `parlante render --codes`
// reads them.
#pragma once

#include <string>
#include <string_view>

#include "core/arkit.hpp"
#include "core/result.hpp"

namespace parlante {

/// Reads one line, for example
///   {"weights":{"jawOpen":0.3},"yaw_deg":5,"pitch_deg":0,"roll_deg":0,"gaze_yaw_deg":-3,"gaze_pitch_deg":0,
///    "translation_cm":[0,0,0],"aperture":0.05,"breath":0}
/// Every member may be missing (neutral); others, such as "landmarks", are ignored. Weights are clamped to
/// [0,1] and angles to ±45°. Errors: usage, with what is wrong (not JSON, a number that is none, an unknown
/// blendshape).
Result<FaceCode> parse_face_code(std::string_view line);

/// The line for a code, without a line break; weights below .0005 are left out.
std::string face_code_line(const FaceCode& code);

}  // namespace parlante
