// Controls as they are typed: "-15,5", "screen:.2,.5", "happiness=.6,surprise=.2".
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "motion/controls.hpp"

namespace parlante {

/// "viewer", "YAW,PITCH" or "head:YAW,PITCH" (degrees), "screen:X,Y", "point:X,Y,Z" (cm). Errors: usage.
Result<GazeControl> parse_gaze(std::string_view text);
/// "YAW,PITCH,ROLL" in degrees, the last ones may be left out. In rad. Errors: usage.
Result<Eigen::Vector3f> parse_pose(std::string_view text);
/// "NAME=STRENGTH,…"; a name alone is of strength 1. Errors: usage.
Result<std::array<float, kEmotions>> parse_emotions(std::string_view text);
/// The emotion of that name. Errors: usage, with the names there are.
Result<Emotion> emotion_named(std::string_view name);

}  // namespace parlante
