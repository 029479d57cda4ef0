// The tracker's points of a face.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>

namespace parlante {

inline constexpr std::size_t kLandmarks =
    478;  ///< 468 of the face mesh, then 5 of the right and 5 of the left iris

/// x, y in pixels of the whole picture (centre of the first pixel at .5), z in the same unit, smaller =
/// nearer. Numbering of MediaPipe's face mesh.
using Landmarks = std::array<Eigen::Vector3f, kLandmarks>;

inline constexpr std::size_t kIrisRight = 468,
                             kIrisLeft = 473;  ///< iris centres; the four after each lie on its rim

}  // namespace parlante
