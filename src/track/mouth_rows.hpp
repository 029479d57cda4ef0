// The lips and chin as rows of a least-squares problem: what the mouth's weights are solved from.
#pragma once

#include <Eigen/Core>
#include <array>
#include <bitset>
#include <cstddef>

#include "head/head_model.hpp"

namespace parlante {

/// Outer rim, inner rim of the lips (40), then the chin (5).
inline constexpr std::array<std::size_t, 45> kMouthPoints{
    61,  146, 91,  181, 84,  17, 314, 405, 321, 375, 291, 185, 40,  39,  37,
    0,   267, 269, 270, 409, 78, 95,  88,  178, 87,  14,  317, 402, 318, 324,
    308, 191, 80,  81,  82,  13, 312, 311, 310, 415, 152, 148, 377, 176, 400};
inline constexpr std::size_t kLipPoints = 40;
/// The tracker sees only part of the chin's way: of a rendered jaw's a quarter to a half. With this part the
/// jaw makes three quarters of people's lip opening, as it does in speech; without, the lower lip makes it
/// alone.
inline constexpr double kSeenOfChin = 1 / 1.6;

/// Upper and lower point of a gap: three of the inner lips, whose mean is the aperture, and the lips' outer
/// rim.
struct LipPair {
  std::size_t upper, lower;
};
inline constexpr std::array<LipPair, 4> kLipPairs{{{82, 87}, {13, 14}, {312, 317}, {0, 17}}};
inline constexpr std::size_t kInnerPairs = 3;
inline constexpr std::size_t kMouthCornerRight = 61, kMouthCornerLeft = 291;
inline constexpr std::size_t kEyeCornerRight = 33, kEyeCornerLeft = 263;

/// Displacements of the landmarks, indexed by landmark; mouth_rows() reads only those at kMouthPoints.
using LandmarkShift = std::array<Vec3d, kMeshLandmarks>;
using LandmarkMask = std::bitset<kMeshLandmarks>;

inline constexpr int kMouthRows =
    3 * static_cast<int>(kMouthPoints.size()) + 3 * static_cast<int>(kLipPairs.size()) + 3;
using MouthRows = Eigen::Matrix<double, kMouthRows, 1>;
using MouthRowMask = std::bitset<kMouthRows>;

/// The rows of a displacement, any unit of length.
MouthRows mouth_rows(const LandmarkShift& shift) noexcept;
/// Which rows can be told when only these landmarks are known.
MouthRowMask mouth_row_mask(const LandmarkMask& known) noexcept;

}  // namespace parlante
