// How the vertices of a row of teeth are laid out (tools/build_head/teeth).
#pragma once

#include <cstddef>

namespace parlante {

/// Vertices of a crown: rings from a little under the gum to the edge, then the edge's middle.
inline constexpr std::size_t kCrownAround = 20, kCrownRings = 13, kCrown = kCrownAround * kCrownRings + 1;
/// Crowns of a row, from the incisors outwards, each at x+ and then at x-.
inline constexpr std::size_t kCrowns = 14;

}  // namespace parlante
