// One Catmull-Clark step pushed to the limit surface, as one sparse matrix.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "points.hpp"

namespace parlante::build_head {

struct Subdivision {
  SparseMatrix matrix;                             ///< refined points = matrix · old points; rows sum to 1
  std::vector<Quad> quads;                         ///< four a quad, in the order of the old quads
  std::map<std::pair<int, int>, int> edge_vertex;  ///< (smaller, larger old vertex) -> refined vertex

  int on_edge(int a, int b) const { return edge_vertex.at({std::min(a, b), std::max(a, b)}); }
};

/// Refined vertices are the old ones, then one an edge (in the order edges first appear), then one a quad.
/// Every old vertex must be used. Rules: Catmull and Clark 1978; limit positions: Halstead, Kass, DeRose 1993
/// (weights n², 4, 1).
Subdivision subdivide_to_limit(const std::vector<Quad>& quads, int vertices);

}  // namespace parlante::build_head
