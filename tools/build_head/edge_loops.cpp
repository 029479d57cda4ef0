#include "edge_loops.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace parlante::build_head {

EdgeLoops::EdgeLoops(const std::vector<Quad>& quads, int vertices)
    : neighbours_(static_cast<std::size_t>(vertices)), quads_at_(static_cast<std::size_t>(vertices)) {
  for (const Quad& quad : quads)
    for (std::size_t k = 0; k < 4; ++k) {
      const auto v = static_cast<std::size_t>(quad[k]);
      quads_at_[v].push_back(quad);
      for (int other : {quad[(k + 1) % 4], quad[(k + 3) % 4]})
        if (std::find(neighbours_[v].begin(), neighbours_[v].end(), other) == neighbours_[v].end())
          neighbours_[v].push_back(other);
    }
  for (auto& list : neighbours_) std::sort(list.begin(), list.end());
}

// Goes straight on at every vertex with four neighbours; empty when it meets another or does not close.
Ring EdgeLoops::walk(int first, int second) const {
  Ring loop{first, second};
  while (loop.size() < 400) {
    const int before = loop[loop.size() - 2], here = loop.back();
    const auto& around = neighbours_[static_cast<std::size_t>(here)];
    if (around.size() != 4) return {};
    int ahead = -1, candidates = 0;
    for (int next : around) {
      const bool beside = std::any_of(quads_at_[static_cast<std::size_t>(here)].begin(),
                                      quads_at_[static_cast<std::size_t>(here)].end(), [&](const Quad& quad) {
                                        return std::find(quad.begin(), quad.end(), before) != quad.end() &&
                                               std::find(quad.begin(), quad.end(), next) != quad.end();
                                      });
      if (!beside && next != before) ahead = next, ++candidates;
    }
    if (candidates != 1) return {};
    if (ahead == first) return loop;
    loop.push_back(ahead);
  }
  return {};
}

Ring EdgeLoops::ring(int seed, std::size_t length) const {
  for (int next : neighbours_[static_cast<std::size_t>(seed)]) {
    Ring loop = walk(seed, next);
    if (loop.size() == length) return loop;
  }
  throw std::runtime_error("no ring of " + std::to_string(length) + " at vertex " + std::to_string(seed) +
                           " of the base mesh");
}

std::set<int> EdgeLoops::flood(int seed, const Ring& border) const {
  const std::set<int> stop(border.begin(), border.end());
  std::set<int> seen{seed};
  std::vector<int> pending{seed};
  while (!pending.empty()) {
    const int here = pending.back();
    pending.pop_back();
    for (int next : neighbours_[static_cast<std::size_t>(here)])
      if (!stop.contains(next) && seen.insert(next).second) pending.push_back(next);
  }
  return seen;
}

std::pair<Ring, Ring> upper_and_lower(const Ring& ring, const Points& points) {
  Ring turned = ring;
  const auto by_x = [&](int a, int b) { return points(a, 0) < points(b, 0); };
  std::rotate(turned.begin(), std::min_element(turned.begin(), turned.end(), by_x), turned.end());
  const auto far = std::max_element(turned.begin(), turned.end(), by_x);
  Ring one(turned.begin(), far + 1), other{turned.front()};
  other.insert(other.end(), turned.rbegin(), std::make_reverse_iterator(far));
  const auto height = [&](const Ring& half) {
    double sum = 0;
    for (int v : half) sum += points(v, 1);
    return sum / static_cast<double>(half.size());
  };
  return height(one) > height(other) ? std::pair(one, other) : std::pair(other, one);
}

}  // namespace parlante::build_head
