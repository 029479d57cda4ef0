#include "catmull_clark.hpp"

#include <algorithm>
#include <set>

namespace parlante::build_head {
namespace {

using Triplets = std::vector<Eigen::Triplet<double>>;

SparseMatrix assemble(int rows, int columns, const Triplets& triplets) {
  SparseMatrix matrix(rows, columns);
  matrix.setFromTriplets(triplets.begin(), triplets.end());
  return matrix;
}

struct Edge {
  int a = 0, b = 0;
  std::vector<int> faces;
  bool boundary() const { return faces.size() == 1; }
};

struct Edges {
  std::vector<Edge> list;
  std::map<std::pair<int, int>, int> index;
};

Edges edges_of(const std::vector<Quad>& quads) {
  Edges edges;
  for (std::size_t f = 0; f < quads.size(); ++f)
    for (std::size_t k = 0; k < 4; ++k) {
      const auto key = std::minmax({quads[f][k], quads[f][(k + 1) % 4]});
      const auto [entry, added] =
          edges.index.try_emplace({key.first, key.second}, static_cast<int>(edges.list.size()));
      if (added) edges.list.push_back({key.first, key.second, {}});
      edges.list[static_cast<std::size_t>(entry->second)].faces.push_back(static_cast<int>(f));
    }
  return edges;
}

// Rows: vertex points, edge points, face points.
SparseMatrix refinement(const std::vector<Quad>& quads, const Edges& edges, int vertices) {
  const int edge_count = static_cast<int>(edges.list.size()), face_count = static_cast<int>(quads.size());
  std::vector<std::vector<int>> faces_at(static_cast<std::size_t>(vertices)), edges_at(faces_at.size());
  std::vector<bool> boundary(faces_at.size(), false);
  for (int f = 0; f < face_count; ++f)
    for (int v : quads[static_cast<std::size_t>(f)]) faces_at[static_cast<std::size_t>(v)].push_back(f);
  for (int e = 0; e < edge_count; ++e) {
    const Edge& edge = edges.list[static_cast<std::size_t>(e)];
    for (int v : {edge.a, edge.b}) {
      edges_at[static_cast<std::size_t>(v)].push_back(e);
      if (edge.boundary()) boundary[static_cast<std::size_t>(v)] = true;
    }
  }
  Triplets triplets;
  for (int v = 0; v < vertices; ++v) {
    const auto i = static_cast<std::size_t>(v);
    if (boundary[i]) {
      triplets.emplace_back(v, v, 1.0);
      continue;
    }
    const double n = static_cast<double>(faces_at[i].size()), m = static_cast<double>(edges_at[i].size());
    triplets.emplace_back(v, v, (n - 3) / n);
    for (int f : faces_at[i])
      for (int q : quads[static_cast<std::size_t>(f)]) triplets.emplace_back(v, q, .25 / (n * n));
    for (int e : edges_at[i]) {
      const Edge& edge = edges.list[static_cast<std::size_t>(e)];
      triplets.emplace_back(v, edge.a, 1 / (n * m));
      triplets.emplace_back(v, edge.b, 1 / (n * m));
    }
  }
  for (int e = 0; e < edge_count; ++e) {
    const Edge& edge = edges.list[static_cast<std::size_t>(e)];
    const double own = edge.boundary() ? .5 : .25;
    triplets.emplace_back(vertices + e, edge.a, own);
    triplets.emplace_back(vertices + e, edge.b, own);
    if (edge.boundary()) continue;
    for (int f : edge.faces)
      for (int q : quads[static_cast<std::size_t>(f)])
        triplets.emplace_back(vertices + e, q, .5 * .25 / static_cast<double>(edge.faces.size()));
  }
  for (int f = 0; f < face_count; ++f)
    for (int q : quads[static_cast<std::size_t>(f)]) triplets.emplace_back(vertices + edge_count + f, q, .25);
  return assemble(vertices + edge_count + face_count, vertices, triplets);
}

SparseMatrix limit(const std::vector<Quad>& quads, int vertices) {
  std::vector<std::set<int>> neighbours(static_cast<std::size_t>(vertices));
  std::vector<std::vector<int>> opposite(neighbours.size());
  for (const Quad& quad : quads)
    for (std::size_t k = 0; k < 4; ++k) {
      const auto v = static_cast<std::size_t>(quad[k]);
      neighbours[v].insert({quad[(k + 1) % 4], quad[(k + 3) % 4]});
      opposite[v].push_back(quad[(k + 2) % 4]);
    }
  Triplets triplets;
  for (int v = 0; v < vertices; ++v) {
    const auto& near = neighbours[static_cast<std::size_t>(v)];
    const auto& far = opposite[static_cast<std::size_t>(v)];
    if (near.size() != far.size()) {  // on the boundary
      triplets.emplace_back(v, v, 1.0);
      continue;
    }
    const double n = static_cast<double>(near.size()), scale = 1 / (n * (n + 5));
    triplets.emplace_back(v, v, n * n * scale);
    for (int q : near) triplets.emplace_back(v, q, 4 * scale);
    for (int q : far) triplets.emplace_back(v, q, scale);
  }
  return assemble(vertices, vertices, triplets);
}

}  // namespace

Subdivision subdivide_to_limit(const std::vector<Quad>& quads, int vertices) {
  const Edges edges = edges_of(quads);
  const int edge_count = static_cast<int>(edges.list.size());
  Subdivision result;
  for (const auto& [edge, index] : edges.index) result.edge_vertex[edge] = vertices + index;
  for (std::size_t f = 0; f < quads.size(); ++f)
    for (std::size_t k = 0; k < 4; ++k) {
      const Quad& q = quads[f];
      result.quads.push_back({q[k], result.on_edge(q[k], q[(k + 1) % 4]),
                              vertices + edge_count + static_cast<int>(f),
                              result.on_edge(q[(k + 3) % 4], q[k])});
    }
  const SparseMatrix refined = refinement(quads, edges, vertices);
  result.matrix = limit(result.quads, static_cast<int>(refined.rows())) * refined;
  return result;
}

}  // namespace parlante::build_head
