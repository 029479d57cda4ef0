// Lids and gaze of a frame, from the eyes' landmarks where they are known, else from the scores.
#pragma once

#include <array>
#include <optional>

#include "track/face_code_solver.hpp"
#include "track/stiff_fit.hpp"

namespace parlante {

/// 0: the person's right eye, 1: the left.
inline constexpr std::array<Blendshape, 2> kBlinks{Blendshape::eyeBlinkRight, Blendshape::eyeBlinkLeft};

/// Height of an eye's opening (mean of three pairs of lid landmarks), cm of the rig in the head's frame;
/// nothing when a lid is not known.
std::optional<double> lid_gap(const TrackedFrame& frame, const StiffFit& fit, std::size_t eye) noexcept;

/// The eyes against the head, rad, > 0: picture's right, up; from the irises between the corners of their
/// eyes (mean of both), or from the scores where irises are not known; nothing when neither is.
struct EyeDirection {
  double yaw = 0, pitch = 0;
};
std::optional<EyeDirection> eye_direction(const TrackedFrame& frame, const StiffFit& fit) noexcept;

/// Blinks, widened eyes and squints.
void add_lids(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
              BlendshapeWeights& weights) noexcept;
/// Reads the blinks that add_lids() wrote: trackers place the irises of shut eyes somewhere below.
void add_gaze(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
              FaceCode& code) noexcept;

}  // namespace parlante
