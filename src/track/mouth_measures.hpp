// One frame's face brought into the head's frame, and the measures of its mouth.
#pragma once

#include <optional>

#include "track/mouth_rows.hpp"
#include "track/stiff_fit.hpp"

namespace parlante {

/// Distance of the inner lips (mean of three pairs), cm of the rig; nothing when a lip is not known.
std::optional<double> inner_gap(const TrackedFrame& frame, const StiffFit& fit) noexcept;
/// Distance of the mouth's corners, cm of the rig.
std::optional<double> mouth_width(const TrackedFrame& frame, const StiffFit& fit) noexcept;
/// The eyes against the head, rad, > 0: picture's right, up; from the irises between the corners of their
/// eyes (mean of both), or from the scores where irises are not known; nothing when neither is.
struct EyeDirection {
  double yaw = 0, pitch = 0;
};
std::optional<EyeDirection> eye_direction(const TrackedFrame& frame, const StiffFit& fit) noexcept;

}  // namespace parlante
