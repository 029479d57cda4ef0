// Measures of one frame's mouth.
#pragma once

#include <optional>

#include "track/mouth_rows.hpp"
#include "track/stiff_fit.hpp"

namespace parlante {

/// Distance of the inner lips (mean of three pairs), cm of the rig; nothing when a lip is not known.
std::optional<double> inner_gap(const TrackedFrame& frame, const StiffFit& fit) noexcept;
/// Distance of the mouth's corners, cm of the rig.
std::optional<double> mouth_width(const TrackedFrame& frame, const StiffFit& fit) noexcept;
}  // namespace parlante
