#include "render/delta_runs.hpp"

namespace parlante {

DeltaRuns::DeltaRuns(const SparseDelta& delta, std::size_t count) : delta_(&delta) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t v = delta.vertices[i];
    if (!runs_.empty() && runs_.back().vertex + runs_.back().length == v)
      ++runs_.back().length;
    else
      runs_.push_back({v, 1});
  }
}

void DeltaRuns::add_to(std::span<Vec3f> vertices, float weight) const noexcept {
  if (runs_.empty()) return;
  const float* from = delta_->deltas.front().data();
  for (const Run& run : runs_) {
    float* __restrict to = vertices[static_cast<std::size_t>(run.vertex)].data();
    const int floats = 3 * run.length;
    for (int i = 0; i < floats; ++i) to[i] += weight * from[i];
    from += floats;
  }
}

}  // namespace parlante
