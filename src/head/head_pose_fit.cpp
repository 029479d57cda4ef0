#include "head/head_pose_fit.hpp"

#include "head/landmark_basis.hpp"
#include "head/landmark_targets.hpp"
#include "head/pose_solver.hpp"
#include "head/shape_solver.hpp"

namespace parlante {
namespace {

// Lips, jaw, lids and brows: what an expression moves, so that without solving it they say nothing about the
// pose.
std::vector<float> stiff_weights(const LandmarkAxes& expressions) {
  constexpr double moves = .4;  // cm at full weight
  std::vector<float> weights(kMeshLandmarks, 1.f);
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    for (Eigen::Index a = 0; a < expressions.cols(); ++a)
      if (expressions.col(a).segment<3>(static_cast<Eigen::Index>(3 * n)).norm() > moves) weights[n] = 0;
  return weights;
}

}  // namespace

struct PoseFitter::Person {
  Camera camera;
  double size = 0;
  RigidPose photo;
  LandmarkPoints as_in_photo;  ///< with the photo's expression; the prior is about changes from it
  LandmarkAxes expressions;
  ShapePrior prior;
  Eigen::VectorXd expression;
  std::vector<float> stiff;
};

PoseFitter::PoseFitter(const HeadModel& model, const HeadFit& fit) {
  auto person = std::make_unique<Person>();
  person->camera = fit.camera;
  person->size = 2 * fit.camera.cx;
  person->photo = {fit.rotation, fit.translation};
  person->expressions = expression_axes_at_landmarks(model);
  person->expression =
      Eigen::Map<const Eigen::VectorXf>(fit.expression.data(), static_cast<Eigen::Index>(kBlendshapes))
          .cast<double>();
  person->as_in_photo = moved(landmarks_on(model, fit.base) + landmarks_on(model, fit.residual),
                              person->expressions, person->expression);
  person->prior = expression_prior();
  person->prior.high
      .setOnes();  // frames blink and stare; the photo's limits are there to keep eyes from being fitted shut
  person->prior.low -= person->expression;
  person->prior.high -= person->expression;
  person->stiff = stiff_weights(person->expressions);
  person_ = std::move(person);
}
PoseFitter::~PoseFitter() = default;
PoseFitter::PoseFitter(PoseFitter&&) noexcept = default;

Result<RelativePose> PoseFitter::fit(const Landmarks& landmarks, double size,
                                     const PoseFitOptions& options) const {
  const Person& person = *person_;
  if (!(size > 0)) return fail(ErrorKind::usage, "The frame's size must be positive.");
  Landmarks scaled = landmarks;
  for (auto& landmark : scaled) landmark *= static_cast<float>(person.size / size);
  const std::span<const float> factors =
      options.solve_expression ? std::span<const float>() : std::span<const float>(person.stiff);
  Result<LandmarkTargets> targets =
      prepare_targets(scaled, person.size, person.camera.focal_px / person.size, factors);
  if (!targets) return tl::unexpected(targets.error());
  targets->camera = person.camera;

  Eigen::VectorXd change = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(kBlendshapes));
  LandmarkPoints points = person.as_in_photo;
  RigidPose pose = pose_from_eyes(*targets);
  solve_pose(points, *targets, pose);
  for (int round = 0; options.solve_expression && round < options.iterations; ++round) {
    solve_shape_and_pose(points, person.expressions, person.prior, *targets, {}, pose, change);
    points = moved(person.as_in_photo, person.expressions, change);
    solve_pose(points, *targets, pose);
  }
  if (!change.allFinite() || !pose.translation.allFinite() || !pose.rotation.allFinite())
    return fail(ErrorKind::no_face, "The landmarks do not look like a face.");

  RelativePose result;
  const Eigen::Matrix3d back = person.photo.rotation.transpose(), turn = back * pose.rotation;
  const Vec3d pivot = head_pivot().cast<double>();
  result.angles = head_angles(turn.cast<float>());
  result.translation =
      (back * (pose.translation - person.photo.translation) - pivot + turn * pivot).cast<float>();
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    result.expression[k] = static_cast<float>(person.expression[static_cast<Eigen::Index>(k)] +
                                              change[static_cast<Eigen::Index>(k)]);
  double used = 0;
  const auto residuals = pixel_residuals(points, *targets, pose);
  for (std::size_t n = 0; n < kMeshLandmarks; ++n)
    if (targets->used(n)) result.error += residuals[n].norm() / targets->eye_distance_px, ++used;
  result.error /= used;
  return result;
}

}  // namespace parlante
