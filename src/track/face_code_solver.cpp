#include "track/face_code_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "head/landmark_basis.hpp"
#include "head/rotation.hpp"
#include "track/mouth_measures.hpp"
#include "track/solver_rig.hpp"

namespace parlante {
namespace {

constexpr double kFocalOverSize = 1.6;                // as the photo's fit assumes (HeadFitOptions)
constexpr float kSquintOfBlink = .4F;                 // the score of a squint in a rendered blink without one
constexpr float kSquintGain = 1.6F;                   // weight of a rendered squint over its score
constexpr float kFreeIris = .15F, kHiddenIris = .5F;  // of a blink
constexpr double kLeastMouthScale = .8, kMostMouthScale = 1.25;

/// Everything the scores say that lips and irises do not: lids, brows, cheeks, nose.
constexpr bool is_from_scores(Blendshape shape) noexcept {
  using enum Blendshape;
  switch (shape) {
    case eyeSquintLeft:
    case eyeSquintRight:
    case eyeWideLeft:
    case eyeWideRight:
    case browDownLeft:
    case browDownRight:
    case browInnerUp:
    case browOuterUpLeft:
    case browOuterUpRight:
    case cheekPuff:
    case cheekSquintLeft:
    case cheekSquintRight:
    case noseSneerLeft:
    case noseSneerRight:
      return true;
    default:
      return false;
  }
}

void add_scores(const TrackedFrame& frame, const Calibration& person, BlendshapeWeights& weights) noexcept {
  const auto above_rest = [&](std::size_t shape) {
    const float score = frame.scores[shape];
    return std::isfinite(score) ? score - person.score_median[shape] : 0;
  };
  for (std::size_t shape = 0; shape < kBlendshapes; ++shape)
    if (is_from_scores(static_cast<Blendshape>(shape)))
      weights[shape] = std::clamp(above_rest(shape), 0.F, 1.F);
  const std::array<Blendshape, 2> blinks{Blendshape::eyeBlinkRight, Blendshape::eyeBlinkLeft};
  const std::array<Blendshape, 2> squints{Blendshape::eyeSquintRight, Blendshape::eyeSquintLeft};
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const float full = std::max(person.blink_full[eye] - person.score_median[blinks[eye]], .1F);
    weights[blinks[eye]] = std::clamp(above_rest(static_cast<std::size_t>(blinks[eye])) / full, 0.F, 1.F);
    float& squint = weights[squints[eye]];
    squint = std::clamp(kSquintGain * (squint - kSquintOfBlink * weights[blinks[eye]]), 0.F, 1.F);
  }
}

void add_brows(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
               const BrowSolver& brows, BlendshapeWeights& weights) noexcept {
  LandmarkShift shift;
  LandmarkMask known;
  for (const std::size_t point : kBrowPoints) {
    known[point] = is_known(frame, point) && person.neutral[point].allFinite();
    if (known[point])
      shift[point] = (fit.into_head(frame.landmarks[point]) - person.neutral[point].cast<double>()) /
                     static_cast<double>(person.eye_distance);
  }
  const auto solved = brows.solve(shift, known);
  for (std::size_t k = 0; solved && k < kBrowShapes.size(); ++k)
    weights[kBrowShapes[k]] = static_cast<float>((*solved)[static_cast<Eigen::Index>(k)]);
}

/// Trackers place the irises of shut eyes somewhere below.
void add_gaze(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
              FaceCode& code) noexcept {
  const auto eyes = eye_direction(frame, fit);
  if (!eyes) return;
  const float shut = .5F * (code.weights[Blendshape::eyeBlinkLeft] + code.weights[Blendshape::eyeBlinkRight]);
  const float seen = std::clamp((kHiddenIris - shut) / (kHiddenIris - kFreeIris), 0.F, 1.F);
  code.gaze_yaw = seen * (static_cast<float>(eyes->yaw) - person.gaze_yaw);
  code.gaze_pitch = seen * (static_cast<float>(eyes->pitch) - person.gaze_pitch);
}

void add_pose(const StiffFit& fit, const Calibration& person, SolvedFrame& solved) noexcept {
  const Eigen::Matrix3d mean = person.rotation.cast<double>();
  const HeadAngles angles = head_angles(Eigen::Matrix3d(mean.transpose() * fit.rotation).cast<float>());
  solved.code.yaw = angles.yaw, solved.code.pitch = angles.pitch, solved.code.roll = angles.roll;
  const auto scale = static_cast<double>(person.scale);
  solved.log_distance = static_cast<float>(std::log(scale / fit.scale));
  Vec3d moved = (fit.into_picture(head_pivot().cast<double>()) - person.position.cast<double>()) / scale;
  const double distance = kFocalOverSize * static_cast<double>(person.picture_size) / scale;
  moved.z() = distance * (1 - scale / fit.scale);
  solved.code.translation = (mean.transpose() * moved).cast<float>();
}

}  // namespace

FaceCodeSolver::FaceCodeSolver(const HeadModel& model) {
  const LandmarkPoints neutral = landmarks_on(model, model.neutral);
  StiffShape stiff;
  for (std::size_t i = 0; i < kStiffPoints.size(); ++i)
    stiff.col(static_cast<Eigen::Index>(i)) = neutral.col(static_cast<Eigen::Index>(kStiffPoints[i]));
  rig_ = std::make_unique<const Rig>(Rig{MouthSolver(model), BrowSolver(model), stiff});
}
FaceCodeSolver::~FaceCodeSolver() = default;
FaceCodeSolver::FaceCodeSolver(FaceCodeSolver&&) noexcept = default;

std::optional<SolvedFrame> FaceCodeSolver::solve(const TrackedFrame& frame,
                                                 const Calibration& person) const noexcept {
  const auto fit = fit_stiff(stiff_shape_of(person.mean), frame);
  if (!fit || !(person.scale > 0) || !(person.eye_distance > 0)) return std::nullopt;
  const auto unit = static_cast<double>(person.eye_distance);
  SolvedFrame solved;
  solved.eye_distance_px = static_cast<float>(unit * fit->scale);
  solved.pose_residual = static_cast<float>(fit->residual_px / (unit * fit->scale));
  add_pose(*fit, person, solved);
  if (frame.has_scores && person.has_scores) add_scores(frame, person, solved.code.weights);
  add_brows(frame, *fit, person, rig_->brows, solved.code.weights);
  add_gaze(frame, *fit, person, solved.code);

  const auto gap = inner_gap(frame, *fit), width = mouth_width(frame, *fit);
  solved.gap = gap ? static_cast<float>(*gap / unit) : std::numeric_limits<float>::quiet_NaN();
  solved.width = width ? static_cast<float>(*width / unit) : std::numeric_limits<float>::quiet_NaN();
  if (gap) solved.code.aperture = std::clamp(solved.gap - person.gap_floor, 0.F, 1.F);

  // A wide mouth moves more than a narrow one for the same weights.
  const double own_width =
      static_cast<double>((person.neutral[kMouthCornerLeft] - person.neutral[kMouthCornerRight]).norm()) /
      unit;
  const double scale =
      std::isfinite(own_width) && own_width > 0
          ? std::clamp(rig_->mouth.mouth_width() / own_width, kLeastMouthScale, kMostMouthScale)
          : 1;
  LandmarkShift shift;
  LandmarkMask known;
  for (std::size_t i = 0; i < kMouthPoints.size(); ++i) {
    const std::size_t point = kMouthPoints[i];
    known[point] = is_known(frame, point) && person.neutral[point].allFinite();
    const double gain = scale / unit / (i < kLipPoints ? 1 : kSeenOfChin);
    shift[point] =
        known[point]
            ? Vec3d(gain * (fit->into_head(frame.landmarks[point]) - person.neutral[point].cast<double>()))
            : Vec3d::Zero();
  }
  if (known.none()) return solved;
  const MouthWeights weights = rig_->mouth.solve(shift, known);
  for (std::size_t k = 0; k < kMouthShapes.size(); ++k)
    solved.code.weights[kMouthShapes[k]] = static_cast<float>(weights[static_cast<Eigen::Index>(k)]);

  double miss = 0;
  for (const std::size_t point : kMouthPoints)
    if (known[point]) miss += (shift[point] - rig_->mouth.moved(point, weights)).squaredNorm();
  solved.mouth_residual = static_cast<float>(std::sqrt(miss / static_cast<double>(known.count())));
  for (std::size_t i = 0; i < kInnerPairs; ++i) {
    const auto [upper, lower] = kLipPairs[i];
    solved.seen_gap_change += static_cast<float>((shift[upper] - shift[lower]).y() / kInnerPairs);
    solved.solved_gap_change += static_cast<float>(
        (rig_->mouth.moved(upper, weights) - rig_->mouth.moved(lower, weights)).y() / kInnerPairs);
  }
  return solved;
}

}  // namespace parlante
