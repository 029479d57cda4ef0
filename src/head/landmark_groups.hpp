// Landmarks of the face mesh by what they mark (numbering of MediaPipe's canonical face model).
#pragma once

#include <array>
#include <cstddef>

namespace parlante {

/// The face's outline: weak, for it slides over cheek and hair line.
inline constexpr std::array<std::size_t, 36> kFaceOval = {
    10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};
/// Inner rim of the upper and of the lower lip from the right corner (78) to the left (308); they lie
/// opposite.
inline constexpr std::array<std::size_t, 11> kUpperInnerLip = {78,  191, 80,  81,  82, 13,
                                                               312, 311, 310, 415, 308};
inline constexpr std::array<std::size_t, 11> kLowerInnerLip = {78,  95,  88,  178, 87, 14,
                                                               317, 402, 318, 324, 308};
/// Corners of the inner lips and their neighbours on both rims.
inline constexpr std::array<std::size_t, 6> kLipCorners = {78, 191, 95, 308, 415, 324};

}  // namespace parlante
