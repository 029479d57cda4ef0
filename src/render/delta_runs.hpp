// An expression's displacements as runs of vertices that lie side by side: added run by run, which takes a
// third of the time of one vertex after the other and gives the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "head/head_model.hpp"

namespace parlante {

/// Immutable. The delta must outlive this.
class DeltaRuns {
 public:
  DeltaRuns() = default;
  /// Of the delta's first `count` vertices.
  DeltaRuns(const SparseDelta& delta, std::size_t count);
  explicit DeltaRuns(const SparseDelta& delta) : DeltaRuns(delta, delta.vertices.size()) {}

  /// vertices[v] += weight * delta of v, for each of them.
  void add_to(std::span<Vec3f> vertices, float weight) const noexcept;

 private:
  struct Run {
    std::int32_t vertex, length;
  };
  const SparseDelta* delta_ = nullptr;
  std::vector<Run> runs_;
};

}  // namespace parlante
