// Lip and chin displacements -> the 27 mouth and jaw weights of the rig.
#pragma once

#include <Eigen/Core>

#include "head/head_model.hpp"
#include "track/mouth_channels.hpp"
#include "track/mouth_rows.hpp"

namespace parlante {

using MouthWeights = Eigen::Matrix<double, static_cast<int>(kMouthShapes.size()), 1>;

/// Immutable; may be shared by threads.
class MouthSolver {
 public:
  explicit MouthSolver(const HeadModel& model);

  /// The weights in [0,1] whose displacement is nearest to `shift` (relative to the neutral mouth, over the
  /// eye distance), with a ridge and a price on every weight. Rows of unknown landmarks do not count; none
  /// known: 0. Exact to 1e-5. Allocates nothing.
  MouthWeights solve(const LandmarkShift& shift, const LandmarkMask& known) const noexcept;

  /// Displacement of a landmark by the weights, over the eye distance.
  Vec3d moved(std::size_t landmark, const MouthWeights& weights) const noexcept;

  double eye_distance_cm() const noexcept { return eye_distance_cm_; }  ///< of the rig's neutral head
  double mouth_width() const noexcept { return mouth_width_; }          ///< over the eye distance

 private:
  static constexpr int kWeights = static_cast<int>(kMouthShapes.size());
  using Hessian = Eigen::Matrix<double, kWeights, kWeights>;

  Eigen::Matrix<double, kMouthRows, kWeights, Eigen::RowMajor> rows_;
  std::array<Eigen::Matrix<double, 3, kWeights>, kMouthPoints.size()> points_;
  Hessian all_known_;  ///< rows^T rows
  MouthWeights ridge_, price_, most_;
  double eye_distance_cm_ = 0, mouth_width_ = 0;
};

}  // namespace parlante
