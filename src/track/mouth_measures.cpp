#include "track/mouth_measures.hpp"

namespace parlante {
namespace {

std::optional<double> distance(const TrackedFrame& frame, const StiffFit& fit, std::size_t a,
                               std::size_t b) noexcept {
  if (!is_known(frame, a) || !is_known(frame, b)) return std::nullopt;
  return static_cast<double>((frame.landmarks[a] - frame.landmarks[b]).norm()) / fit.scale;
}

}  // namespace

std::optional<double> inner_gap(const TrackedFrame& frame, const StiffFit& fit) noexcept {
  double sum = 0;
  for (std::size_t i = 0; i < kInnerPairs; ++i) {
    const auto gap = distance(frame, fit, kLipPairs[i].upper, kLipPairs[i].lower);
    if (!gap) return std::nullopt;
    sum += *gap;
  }
  return sum / static_cast<double>(kInnerPairs);
}

std::optional<double> mouth_width(const TrackedFrame& frame, const StiffFit& fit) noexcept {
  return distance(frame, fit, kMouthCornerLeft, kMouthCornerRight);
}

}  // namespace parlante
