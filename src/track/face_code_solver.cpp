#include "track/face_code_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "head/landmark_basis.hpp"
#include "head/rotation.hpp"
#include "track/eye_codes.hpp"
#include "track/mouth_measures.hpp"
#include "track/solver_rig.hpp"

namespace parlante {
namespace {

constexpr double kFocalOverSize = 1.6;  // as the photo's fit assumes (HeadFitOptions)
constexpr double kLiftedByBlink =
    .008;  // of the eye distance: brows in the tracker's eyes, not in the picture
constexpr double kLeastMouthScale = .8, kMostMouthScale = 1.25;

/// What neither lips nor brows nor eyes tell; and the brows, in case they are not known.
constexpr std::array kFromScores{Blendshape::browDownLeft,     Blendshape::browDownRight,
                                 Blendshape::browInnerUp,      Blendshape::browOuterUpLeft,
                                 Blendshape::browOuterUpRight, Blendshape::cheekPuff,
                                 Blendshape::cheekSquintLeft,  Blendshape::cheekSquintRight,
                                 Blendshape::noseSneerLeft,    Blendshape::noseSneerRight};

void add_scores(const TrackedFrame& frame, const Calibration& person, BlendshapeWeights& weights) noexcept {
  if (!frame.has_scores || !person.has_scores) return;
  for (const Blendshape shape : kFromScores)
    if (const float score = frame.scores[shape]; std::isfinite(score))
      weights[shape] = std::clamp(score - person.score_median[shape], 0.F, 1.F);
}

/// Reads the blinks that add_lids() wrote.
void add_brows(const TrackedFrame& frame, const StiffFit& fit, const Calibration& person,
               const BrowSolver& brows, BlendshapeWeights& weights) noexcept {
  const auto shut = static_cast<double>(.5F * (weights[kBlinks[0]] + weights[kBlinks[1]]));
  LandmarkShift shift;
  LandmarkMask known;
  for (const std::size_t point : kBrowPoints) {
    known[point] = is_known(frame, point) && person.neutral[point].allFinite();
    if (!known[point]) continue;
    shift[point] = (fit.into_head(frame.landmarks[point]) - person.neutral[point].cast<double>()) /
                   static_cast<double>(person.eye_distance);
    shift[point].y() -= kLiftedByBlink * shut;
  }
  const auto solved = brows.solve(shift, known);
  for (std::size_t k = 0; solved && k < kBrowShapes.size(); ++k)
    weights[kBrowShapes[k]] = static_cast<float>((*solved)[static_cast<Eigen::Index>(k)]);
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
  add_scores(frame, person, solved.code.weights);
  add_lids(frame, *fit, person, solved.code.weights);
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
