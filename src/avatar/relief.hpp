// What is not face, in depth (design 5.4), and where the mesh gives way to it.
#pragma once

#include "avatar/avatar.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

/// The relief grid: cells of 1/128 of the picture's side, 16 cells beyond each edge.
ReliefGrid relief_grid(const PhotoGeometry& geometry);

/// Avatar::mesh_weight: the mesh is shown inside the face oval where it faced the camera.
std::vector<float> mesh_weight(const PhotoGeometry& geometry);

}  // namespace parlante
