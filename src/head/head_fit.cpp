#include "head/head_fit.hpp"

#include "head/landmark_basis.hpp"
#include "head/landmark_targets.hpp"
#include "head/pose_solver.hpp"
#include "head/residual_field.hpp"
#include "head/shape_solver.hpp"

namespace parlante {
namespace {

// The person's head is taken to be as far away as the mean head that fits best, within this fraction.
constexpr double kDistanceTolerance = .03;

// Residuals as displacements in the camera's plane, in the head's frame, cm.
LandmarkPoints lifted(const std::array<Vec2d, kMeshLandmarks>& residuals, const LandmarkPoints& points,
                      const RigidPose& pose, double focal_px) {
  LandmarkPoints displacements;
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) {
    const auto i = static_cast<Eigen::Index>(n);
    const double cm_per_px = -(pose.rotation.row(2).dot(points.col(i)) + pose.translation.z()) / focal_px;
    displacements.col(i) =
        pose.rotation.transpose() * Vec3d(residuals[n].x() * cm_per_px, -residuals[n].y() * cm_per_px, 0);
  }
  return displacements;
}

void add_surface(HeadFit& fit, const HeadModel& model, const LandmarkTargets& targets,
                 const RigidPose& pose) {
  fit.base = model.neutral;
  for (std::size_t k = 0; k < model.identity.size(); ++k)
    if (fit.identity[k] != 0)
      add_identity(model, model.identity[k], static_cast<float>(fit.identity[k]), fit.base);
  std::vector<Vec3f> mesh = fit.base;
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    if (fit.expression[k] != 0) add_delta(model.expressions[k], fit.expression[k], mesh);

  const LandmarkPoints points = landmarks_on(model, mesh);
  std::array<bool, kMeshLandmarks> used{};
  for (std::size_t n = 0; n < kMeshLandmarks; ++n) used[n] = targets.used(n);
  fit.residual = residual_field(points, lifted(fit.residuals, points, pose, fit.camera.focal_px), used,
                                std::span(mesh).first(static_cast<std::size_t>(model.skin_end())));
  fit.residual.resize(mesh.size(), Vec3f::Zero());
}

}  // namespace

Result<HeadFit> fit_head(const Landmarks& landmarks, double size, const HeadModel& model,
                         const HeadFitOptions& options) {
  const Result<LandmarkTargets> prepared =
      prepare_targets(landmarks, size, options.focal_over_size, options.landmark_weights);
  if (!prepared) return tl::unexpected(prepared.error());
  const LandmarkTargets& targets = *prepared;

  const LandmarkPoints neutral = landmarks_on(model, model.neutral);
  const LandmarkAxes identity = identity_axes_at_landmarks(model),
                     expression = expression_axes_at_landmarks(model);
  LandmarkAxes axes(identity.rows(), identity.cols() + expression.cols());
  axes << identity, expression;
  const ShapePrior prior = joined(identity_prior(model), expression_prior());

  RigidPose pose = pose_from_eyes(targets);
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(axes.cols());
  LandmarkPoints points = neutral;
  solve_pose(points, targets, pose);
  const DistanceRange range{-pose.translation.z() * (1 - kDistanceTolerance),
                            -pose.translation.z() * (1 + kDistanceTolerance)};
  for (int round = 0; round < options.iterations; ++round) {
    solve_shape_and_pose(points, axes, prior, targets, range, pose, weights);
    points = moved(neutral, axes, weights);
  }
  if (!weights.allFinite() || !pose.translation.allFinite() || !pose.rotation.allFinite())
    return fail(ErrorKind::no_face, "The landmarks do not look like a face.");

  HeadFit fit;
  fit.camera = targets.camera;
  fit.rotation = pose.rotation;
  fit.translation = pose.translation;
  fit.identity.assign(weights.data(), weights.data() + identity.cols());
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    fit.expression[k] = static_cast<float>(weights[identity.cols() + static_cast<Eigen::Index>(k)]);
  fit.lips_closed = targets.lips_closed;
  fit.eye_distance_px = targets.eye_distance_px;
  fit.targets = targets.points;
  fit.residuals = pixel_residuals(points, targets, pose);
  if (options.with_surface) add_surface(fit, model, targets, pose);
  return fit;
}

std::vector<Vec3f> posed_vertices(const HeadFit& fit, const HeadModel& model,
                                  const BlendshapeWeights& weights) {
  std::vector<Vec3f> vertices = fit.base;
  for (std::size_t v = 0; v < vertices.size(); ++v) vertices[v] += fit.residual[v];
  for (std::size_t k = 0; k < kBlendshapes; ++k)
    if (weights[k] != 0) add_delta(model.expressions[k], weights[k], vertices);
  return vertices;
}

}  // namespace parlante
