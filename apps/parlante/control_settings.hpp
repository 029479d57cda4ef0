// How the face is asked to move: plain options, a file of keyframes, recorded faces.
#pragma once

#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/result.hpp"
#include "core/sink.hpp"
#include "motion/motion.hpp"

namespace parlante::app {

/// Of `render`.
struct ControlSettings {
  std::string motion = "best";
  std::string gaze = "viewer", head_pose = "0,0,0", fixed_pose, emotion, idle = "listening";
  double distance = 1, motion_scale = 1, mouth_scale = 1, blinks = 26;
  bool still = false;
  std::string controls, pose_from, expression_from;
};

std::vector<Option> option_table(ControlSettings& settings);

/// Puts what was asked into `options`, files read. What is out of range is clamped, and said to `sink` once.
/// Errors: usage.
Result<> apply(const ControlSettings& settings, MotionOptions& options, Sink& sink);

}  // namespace parlante::app
