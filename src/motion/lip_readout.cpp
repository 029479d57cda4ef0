#include "motion/lip_readout.hpp"

#include <Eigen/Core>

namespace parlante {
namespace {

#include "motion/lip_readout_weights.inc"

}  // namespace

LipReading read_lips(std::span<const float, kFeatureWidth> later, std::span<const float, kFeatureWidth> now,
                     std::span<const float, kFeatureWidth> earlier) noexcept {
  using Layer = Eigen::Map<const Eigen::Matrix<float, kFeatureWidth, 1>>;
  const auto weigh = [&](const std::array<float, 3 * kFeatureWidth>& weights) {
    return Layer(weights.data()).dot(Layer(later.data())) +
           Layer(weights.data() + kFeatureWidth).dot(Layer(now.data())) +
           Layer(weights.data() + 2 * kFeatureWidth).dot(Layer(earlier.data()));
  };
  return {kGapBias + weigh(kGapWeights), kWidthBias + weigh(kWidthWeights)};
}

}  // namespace parlante
