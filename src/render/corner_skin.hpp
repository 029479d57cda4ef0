// The skin beside the corners of the mouth as it is when they have moved away: without the dimples, creases
// and shade that the photo shows there.
#pragma once

#include <array>
#include <vector>

#include "avatar/avatar.hpp"
#include "head/head_model.hpp"

namespace parlante {

/// A membrane over the skin about the corner, in place of the photo's own shading there; grain and hairs stay
/// but for the end of the seam. Lips keep theirs. In cells of some px.
struct CornerSkin {
  PixelRect rect;             ///< of the photo, px
  float cell = 1;             ///< px a side
  int width = 0, height = 0;  ///< cells
  std::vector<float> light;   ///< RGB: the membrane less what is shown; 0 at the rim. Empty: nothing
  std::vector<float> film;    ///< RGB of the membrane
  std::vector<float> seam;    ///< 0..1: how much of what the photo shows is the seam's end

  /// Relaxes the photo's colour at photo px (u, v).
  void relax(float u, float v, float* rgb) const noexcept;
};

/// Of the corner on the picture's left (the person's right), then of the other. Takes some milliseconds.
std::array<CornerSkin, 2> corner_skin(const HeadModel& head, const Avatar& avatar);

/// How far the corners' skin is relaxed, 0..1: by what pouts beyond the photo's own, or by an opening of
/// `opening_cm`.
float corner_relaxation(const BlendshapeWeights& expression, const BlendshapeWeights& own,
                        float opening_cm) noexcept;

}  // namespace parlante
