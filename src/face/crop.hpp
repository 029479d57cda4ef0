// A turned rectangle of a picture, sampled into a network's input.
#pragma once

#include <span>

#include "core/image.hpp"

namespace parlante {

/// A rectangle of a picture, px; `angle` in rad turns it clockwise as seen in the picture (y points down).
struct Region {
  double x = 0, y = 0;  ///< centre
  double width = 0, height = 0;
  double angle = 0;

  /// Where the point (u, v) of the unit square lies in the picture; (.5, .5) is the centre.
  void to_picture(double u, double v, double& px, double& py) const noexcept;
};

/// What lies beyond the picture's rim.
enum class Beyond { black, nearest_pixel };

/// Samples `region` into `out`: rows x columns x RGB, values 0..255 mapped linearly to low..high, bilinear.
/// Where the picture is shrunk more than 12 times, several samples a value are averaged; below that one is
/// taken, as MediaPipe does, with its convention that value (i, j) shows the region at (j / columns, i /
/// rows): the networks were measured with it, and half a pixel more or less would move every landmark.
/// `picture` must be RGB or RGBA and not empty; `out` holds columns * rows * 3 values.
void crop(const ImageU8& picture, const Region& region, int columns, int rows, float low, float high,
          Beyond beyond, std::span<float> out) noexcept;

}  // namespace parlante
