// Brow landmarks -> the five brow weights of the rig.
#pragma once

#include <Eigen/Core>
#include <array>
#include <optional>

#include "core/arkit.hpp"
#include "head/head_model.hpp"
#include "track/mouth_rows.hpp"

namespace parlante {

/// Both rims of the right brow, then of the left.
inline constexpr std::array<std::size_t, 20> kBrowPoints{70,  63,  105, 66,  107, 55,  65,  52,  53,  46,
                                                         300, 293, 334, 296, 336, 285, 295, 282, 283, 276};
inline constexpr std::array<Blendshape, 5> kBrowShapes{Blendshape::browDownLeft, Blendshape::browDownRight,
                                                       Blendshape::browInnerUp, Blendshape::browOuterUpLeft,
                                                       Blendshape::browOuterUpRight};
using BrowWeights = Eigen::Matrix<double, static_cast<int>(kBrowShapes.size()), 1>;

/// Immutable; may be shared by threads.
class BrowSolver {
 public:
  explicit BrowSolver(const HeadModel& model);

  /// The weights in [0,1] nearest to the displacement of the brows from their rest, in the head's frame over
  /// the eye distance (indexed by landmark); nothing when fewer than three points of a brow are known. The
  /// scores say less: from one person to the next they differ tenfold for the same movement, and they follow
  /// the pitch.
  std::optional<BrowWeights> solve(const LandmarkShift& shift, const LandmarkMask& known) const noexcept;

 private:
  static constexpr int kWeights = static_cast<int>(kBrowShapes.size());
  std::array<Eigen::Matrix<double, 3, kWeights>, kBrowPoints.size()> points_;  ///< as rows of the problem
};

}  // namespace parlante
