// Light on a shut lid, which stands out over the ball.
#pragma once

#include <array>
#include <opencv2/core.hpp>

#include "avatar/avatar.hpp"
#include "avatar/photo_geometry.hpp"

namespace parlante {

/// The photo's light on the lid's dome over that on its middle.
class DomeLight {
 public:
  /// `light`: Avatar::light; `part`: of the photo, whose px places are given in.
  DomeLight(const PhotoGeometry& geometry, const EyeLayer& ball, const std::array<float, 9>& light,
            const cv::Rect& part);
  float operator()(float x, float y) const;

 private:
  Vec3f normal(float x, float y) const;

  std::array<float, 9> light_;
  float x_, y_, radius_, middle_;
};

/// Light on a shut lid over that on the skin below its brow. `down`: 0 at the upper end .. 1 at the margin;
/// `outer`: 0 at the inner corner .. 1 at the outer one; `uneven`: octaves of luma between the darker and the
/// lighter skin about the eye.
float lid_light(float down, float outer, float uneven) noexcept;

/// How much lighter than the lightest skin between brow and fold of the open eye, of luma `above`, the same
/// skin is when the eye is shut: the fold's and brow's shade goes, up to the light on the skin below the eye,
/// of luma `cheek`. 1 and more.
float unfolded_light(float above, float cheek) noexcept;

/// 0: a photo without colour, a drawing; 1: skin.
float colourfulness(const cv::Vec3f& rgb) noexcept;

/// Skin in other light. In the shade it is redder, by light that comes through it and from the skin about it;
/// where it shines it is paler.
cv::Vec3f shaded(const cv::Vec3f& rgb, float light) noexcept;

}  // namespace parlante
