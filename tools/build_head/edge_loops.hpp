// Closed edge loops on a quad mesh: how lips and lids are found.
#pragma once

#include <set>
#include <vector>

#include "points.hpp"

namespace parlante::build_head {

class EdgeLoops {
 public:
  EdgeLoops(const std::vector<Quad>& quads, int vertices);

  /// The closed loop of `length` vertices through `seed`. Throws std::runtime_error when there is none.
  Ring ring(int seed, std::size_t length) const;
  /// All vertices that can be reached from `seed` without stepping on `border`.
  std::set<int> flood(int seed, const Ring& border) const;

 private:
  Ring walk(int first, int second) const;
  std::vector<std::vector<int>> neighbours_;
  std::vector<std::vector<Quad>> quads_at_;
};

/// Splits a ring at its vertices of least and greatest x. Both halves run from the least to the greatest and
/// hold both ends; the first half is the one that lies higher on average.
std::pair<Ring, Ring> upper_and_lower(const Ring& ring, const Points& points);

}  // namespace parlante::build_head
