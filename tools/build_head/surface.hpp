// The refined surface: which refined vertices are face, head and socket, in the order of the model, and the
// tongue.
#pragma once

#include <array>
#include <vector>

#include "catmull_clark.hpp"
#include "features.hpp"
#include "points.hpp"

namespace parlante::build_head {

using Triangles = std::vector<std::array<std::int32_t, 3>>;

/// A refined piece of the base mesh: refined points = matrix · points(base_vertices).
struct RefinedPart {
  std::vector<int> base_vertices;
  SparseMatrix matrix;

  Points refine(const Points& base_points) const;
};

struct Surface : RefinedPart {
  int face_end = 0, head_end = 0, socket_end = 0;  ///< vertex ranges: face, head, socket follow each other
  Triangles face, head, socket;
  /// A ring of base vertices as a ring of refined skin vertices, twice as long.
  Ring refined_ring(const Ring& base_ring) const;

  Subdivision subdivision;
  std::vector<int> local;       ///< base vertex -> row of the subdivision's input, or -1
  std::vector<int> skin_index;  ///< refined vertex of the subdivision -> vertex of face or head, or -1
};

Surface make_surface(const Features& features, const BaseMesh& mesh);

struct Tongue : RefinedPart {
  Triangles triangles;  ///< from 0
};

Tongue make_tongue(const BaseMesh& mesh);

/// The vertices a list of quads uses, ascending.
std::vector<int> used_vertices(const std::vector<Quad>& quads);

}  // namespace parlante::build_head
