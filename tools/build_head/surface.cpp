#include "surface.hpp"

#include <algorithm>

namespace parlante::build_head {
namespace {

enum class Region { dropped, face, head, socket };

std::vector<Region> regions_of(const Features& features, const Points& points) {
  const auto in_front = [&](int v) {
    return points(v, 2) > 1.5 && points(v, 1) > -9.2 && points(v, 1) < 9.5 &&
           !features.ear[static_cast<std::size_t>(v)];
  };
  std::vector<Region> regions;
  for (const Quad& quad : features.region) {
    const auto all = [&](auto test) { return std::all_of(quad.begin(), quad.end(), test); };
    Region region = all(in_front) ? Region::face : Region::head;
    if (all([&](int v) { return features.mouth_depth[static_cast<std::size_t>(v)] >= kSocketRing; }))
      region = Region::socket;
    if (!all([&](int v) { return !features.eye_bags.contains(v); })) region = Region::dropped;
    regions.push_back(region);
  }
  return regions;
}

std::vector<int> index_of(const std::vector<int>& vertices, std::size_t count) {
  std::vector<int> index(count, -1);
  for (std::size_t k = 0; k < vertices.size(); ++k)
    index[static_cast<std::size_t>(vertices[k])] = static_cast<int>(k);
  return index;
}

std::vector<Quad> renumbered(const std::vector<Quad>& quads, const std::vector<int>& index) {
  std::vector<Quad> result = quads;
  for (Quad& quad : result)
    for (int& v : quad) v = index[static_cast<std::size_t>(v)];
  return result;
}

// First all triangles 0 1 2, then all 0 2 3.
Triangles triangles_of(const std::vector<Quad>& quads, const std::vector<int>& index) {
  Triangles triangles;
  for (std::size_t middle : {1u, 2u})
    for (const Quad& quad : quads) {
      const auto at = [&](std::size_t k) {
        return static_cast<std::int32_t>(index[static_cast<std::size_t>(quad[k])]);
      };
      triangles.push_back({at(0), at(middle), at(middle + 1)});
    }
  return triangles;
}

}  // namespace

std::vector<int> used_vertices(const std::vector<Quad>& quads) {
  std::vector<int> vertices;
  for (const Quad& quad : quads) vertices.insert(vertices.end(), quad.begin(), quad.end());
  std::sort(vertices.begin(), vertices.end());
  vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
  return vertices;
}

Points RefinedPart::refine(const Points& base_points) const {
  Points picked(static_cast<Eigen::Index>(base_vertices.size()), 3);
  for (Eigen::Index k = 0; k < picked.rows(); ++k)
    picked.row(k) = base_points.row(base_vertices[static_cast<std::size_t>(k)]);
  return matrix * picked;
}

Ring Surface::refined_ring(const Ring& base_ring) const {
  Ring refined;
  for (std::size_t k = 0; k < base_ring.size(); ++k) {
    const int a = local[static_cast<std::size_t>(base_ring[k])];
    const int b = local[static_cast<std::size_t>(base_ring[(k + 1) % base_ring.size()])];
    refined.push_back(skin_index[static_cast<std::size_t>(a)]);
    refined.push_back(skin_index[static_cast<std::size_t>(subdivision.on_edge(a, b))]);
  }
  return refined;
}

Surface make_surface(const Features& features, const BaseMesh& mesh) {
  Surface surface;
  surface.base_vertices = used_vertices(features.region);
  surface.local = index_of(surface.base_vertices, static_cast<std::size_t>(mesh.vertices.rows()));
  surface.subdivision = subdivide_to_limit(renumbered(features.region, surface.local),
                                           static_cast<int>(surface.base_vertices.size()));

  const std::vector<Region> regions = regions_of(features, mesh.vertices);
  std::array<std::vector<Quad>, 4> quads;
  for (std::size_t f = 0; f < surface.subdivision.quads.size(); ++f)
    quads[static_cast<std::size_t>(regions[f / 4])].push_back(surface.subdivision.quads[f]);
  const auto of = [&](Region region) -> const std::vector<Quad>& {
    return quads[static_cast<std::size_t>(region)];
  };

  // The head's vertices without those of the rim it shares with the face; the socket has a rim of its own.
  std::vector<int> order = used_vertices(of(Region::face));
  surface.face_end = static_cast<int>(order.size());
  const std::vector<int> head = used_vertices(of(Region::head)), face = order;
  std::set_difference(head.begin(), head.end(), face.begin(), face.end(), std::back_inserter(order));
  surface.head_end = static_cast<int>(order.size());
  const auto refined = static_cast<std::size_t>(surface.subdivision.matrix.rows());
  surface.skin_index = index_of(order, refined);
  const std::vector<int> socket = used_vertices(of(Region::socket));
  std::vector<int> socket_index = index_of(socket, refined);
  for (int& v : socket_index)
    if (v >= 0) v += surface.head_end;
  order.insert(order.end(), socket.begin(), socket.end());
  surface.socket_end = static_cast<int>(order.size());

  surface.face = triangles_of(of(Region::face), surface.skin_index);
  surface.head = triangles_of(of(Region::head), surface.skin_index);
  surface.socket = triangles_of(of(Region::socket), socket_index);
  surface.matrix.resize(surface.socket_end, surface.subdivision.matrix.cols());
  std::vector<Eigen::Triplet<double>> triplets;
  for (int row = 0; row < surface.socket_end; ++row)
    for (SparseMatrix::InnerIterator entry(surface.subdivision.matrix, order[static_cast<std::size_t>(row)]);
         entry; ++entry)
      triplets.emplace_back(row, static_cast<int>(entry.col()), entry.value());
  surface.matrix.setFromTriplets(triplets.begin(), triplets.end());
  return surface;
}

Tongue make_tongue(const BaseMesh& mesh) {
  const std::vector<Quad>& quads = mesh.groups.at("helper-tongue");
  Tongue tongue;
  tongue.base_vertices = used_vertices(quads);
  const std::vector<int> local =
      index_of(tongue.base_vertices, static_cast<std::size_t>(mesh.vertices.rows()));
  const Subdivision refined =
      subdivide_to_limit(renumbered(quads, local), static_cast<int>(tongue.base_vertices.size()));
  tongue.matrix = refined.matrix;
  std::vector<int> same(static_cast<std::size_t>(tongue.matrix.rows()));
  for (std::size_t k = 0; k < same.size(); ++k) same[k] = static_cast<int>(k);
  tongue.triangles = triangles_of(refined.quads, same);
  return tongue;
}

}  // namespace parlante::build_head
