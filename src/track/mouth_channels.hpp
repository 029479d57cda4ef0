// The blendshapes that are solved from lip and chin landmarks.
#pragma once

#include <array>

#include "core/arkit.hpp"

namespace parlante {

/// Jaw and mouth in Apple's order, jawForward to mouthUpperUpRight.
inline constexpr std::array<Blendshape, 27> kMouthShapes = [] {
  std::array<Blendshape, 27> shapes{};
  for (std::size_t k = 0; k < shapes.size(); ++k)
    shapes[k] = static_cast<Blendshape>(static_cast<std::size_t>(Blendshape::jawForward) + k);
  return shapes;
}();
static_assert(kMouthShapes.back() == Blendshape::mouthUpperUpRight);

}  // namespace parlante
