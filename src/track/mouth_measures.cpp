#include "track/mouth_measures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace parlante {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kIrisRadius = 1.05;  // cm from the ball's centre to the iris (anatomical, as the rig's)
constexpr double kGazeYawPerScore = 28 * kDegree, kGazePitchPerScore = 18 * kDegree;

struct EyePoints {
  std::size_t iris, outer, inner;
};
constexpr std::array<EyePoints, 2> kEyes{{{kIrisRight, 33, 133}, {kIrisLeft, 263, 362}}};

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

std::optional<EyeDirection> eye_direction(const TrackedFrame& frame, const StiffFit& fit) noexcept {
  EyeDirection sum;
  int eyes = 0;
  for (const EyePoints& eye : kEyes) {
    if (!is_known(frame, eye.iris) || !is_known(frame, eye.outer) || !is_known(frame, eye.inner)) continue;
    const Vec3d middle =
        .5 * (fit.into_head(frame.landmarks[eye.outer]) + fit.into_head(frame.landmarks[eye.inner]));
    const Vec3d iris = fit.into_head(frame.landmarks[eye.iris]) - middle;
    sum.yaw += std::asin(std::clamp(iris.x() / kIrisRadius, -.9, .9));
    sum.pitch += std::asin(std::clamp(iris.y() / kIrisRadius, -.9, .9));
    ++eyes;
  }
  if (eyes > 0) return EyeDirection{sum.yaw / eyes, sum.pitch / eyes};
  if (!frame.has_scores) return std::nullopt;
  using enum Blendshape;
  const auto score = [&](Blendshape shape) {
    const auto value = static_cast<double>(frame.scores[shape]);
    return std::isfinite(value) ? value : 0;
  };
  return EyeDirection{
      kGazeYawPerScore * .5 *
          (score(eyeLookOutLeft) - score(eyeLookInLeft) + score(eyeLookInRight) - score(eyeLookOutRight)),
      kGazePitchPerScore * .5 *
          (score(eyeLookUpLeft) + score(eyeLookUpRight) - score(eyeLookDownLeft) - score(eyeLookDownRight))};
}

}  // namespace parlante
