// Small letters for contact sheets and measurements: a 5 x 7 bitmap face of our own, capitals only.
#pragma once

#include <string_view>

#include "core/image.hpp"

namespace parlante {

/// Width in pixels of `text` drawn with `scale` pixels a dot.
int label_width(std::string_view text, int scale) noexcept;
inline int label_height(int scale) noexcept {
  return 7 * scale;
}

/// Draws `text` in white on a black strip whose upper left corner is (x, y); what lies outside the picture is
/// cut off. Small letters are drawn as capitals; characters the face does not have leave a gap.
void draw_label(ImageU8& picture, int x, int y, std::string_view text, int scale) noexcept;

}  // namespace parlante
