// Procedural teeth and gums: 28 crowns on two arches, in sizes of dental anatomy (design 5.6, 5b).
#pragma once

#include "points.hpp"
#include "surface.hpp"

namespace parlante::build_head {

struct Mesh {
  Points vertices;
  Triangles triangles;
};

struct ToothRow {
  Mesh teeth, gums;
};

/// Fourteen teeth. `edge_y`: height of the central incisors' edges; `front_z`: depth of the arch's front; cm.
ToothRow upper_teeth(double edge_y, double front_z);
ToothRow lower_teeth(double edge_y, double front_z);

/// Unit ball with its pole at +z: 24 meridians, 18 bands.
Mesh unit_ball();

}  // namespace parlante::build_head
