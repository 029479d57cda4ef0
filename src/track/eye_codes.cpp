#include "track/eye_codes.hpp"

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

// Measured on rendered heads of known lids.
constexpr float kSquintOfBlink = .4F;     // the score of a squint in a blink without one
constexpr float kSquintGain = 1.6F;       // weight of a squint over its score
constexpr double kNarrowedBySquint = .3;  // part of the opening that a squint takes
constexpr double kWidened = .17;          // part of the opening that wide eyes add
constexpr double kStill = .02;            // part of the opening that comes and goes in still eyes
// Lids also rise with the gaze, which the rig does by itself; what is left over is given in part.
constexpr double kRisenByGaze = .06, kWidenedGain = .7;
constexpr float kFreeIris = .15F, kHiddenIris = .5F;  // of a blink

constexpr std::array<Blendshape, 2> kSquints{Blendshape::eyeSquintRight, Blendshape::eyeSquintLeft};
constexpr std::array<Blendshape, 2> kWides{Blendshape::eyeWideRight, Blendshape::eyeWideLeft};

struct LidPair {
  std::size_t upper, lower;
};
constexpr std::array<std::array<LidPair, 3>, 2> kLidPairs{
    {{{{159, 145}, {158, 153}, {160, 144}}}, {{{386, 374}, {385, 380}, {387, 373}}}}};

float score_above_rest(const TrackedFrame& frame, const Calibration& person, Blendshape shape) noexcept {
  if (!frame.has_scores || !person.has_scores || !std::isfinite(frame.scores[shape])) return 0;
  return frame.scores[shape] - person.score_median[shape];
}

float unit(double value) noexcept {
  return static_cast<float>(std::clamp(value, 0.0, 1.0));
}

}  // namespace

std::optional<double> lid_gap(const TrackedFrame& frame, const StiffFit& fit, std::size_t eye) noexcept {
  double sum = 0;
  for (const auto& [upper, lower] : kLidPairs[eye]) {
    if (!is_known(frame, upper) || !is_known(frame, lower)) return std::nullopt;
    sum += (fit.into_head(frame.landmarks[upper]) - fit.into_head(frame.landmarks[lower])).y();
  }
  return sum / 3;
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

void add_lids(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
              BlendshapeWeights& weights) noexcept {
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const double open = static_cast<double>(person.lid_open[eye]),
                 shut = static_cast<double>(person.lid_shut[eye]);
    const auto gap = lid_gap(frame, fit, eye);
    const bool is_seen = gap && open > shut;
    const float full = std::max(person.blink_full[eye] - person.score_median[kBlinks[eye]], .1F);
    float& blink = weights[kBlinks[eye]];
    // In parts of the opening at rest.
    const double narrowed = is_seen ? 1 - *gap / open : 0, whole = is_seen ? 1 - shut / open : 1;
    blink = is_seen ? unit(narrowed / whole)
                    : unit(static_cast<double>(score_above_rest(frame, person, kBlinks[eye]) / full));
    const float squint =
        kSquintGain * (score_above_rest(frame, person, kSquints[eye]) - kSquintOfBlink * blink);
    weights[kSquints[eye]] = std::clamp(squint, 0.F, 1.F);
    if (!is_seen) {
      weights[kWides[eye]] = std::clamp(score_above_rest(frame, person, kWides[eye]), 0.F, 1.F);
      continue;
    }
    const double by_squint = kNarrowedBySquint * static_cast<double>(weights[kSquints[eye]]);
    blink = unit((narrowed - by_squint - kStill) / (whole - kStill));
    weights[kWides[eye]] = unit(kWidenedGain * (-narrowed - kRisenByGaze) / kWidened);
  }
}

void add_gaze(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
              FaceCode& code) noexcept {
  const auto eyes = eye_direction(frame, fit);
  if (!eyes) return;
  const float shut = .5F * (code.weights[kBlinks[0]] + code.weights[kBlinks[1]]);
  const float seen = std::clamp((kHiddenIris - shut) / (kHiddenIris - kFreeIris), 0.F, 1.F);
  code.gaze_yaw = seen * (static_cast<float>(eyes->yaw) - person.gaze_yaw);
  code.gaze_pitch = seen * (static_cast<float>(eyes->pitch) - person.gaze_pitch);
}

}  // namespace parlante
