// A window of a picture at another size, placed exactly; for set-up only.
#pragma once

#include "core/image.hpp"

namespace parlante {

/// A rectangle that need not begin at whole pixels.
struct PictureWindow {
  double x = 0, y = 0, width = 0, height = 0;
};

/// What `window` shows of `picture` (RGB), `width` x `height` px. Each axis by a triangle as wide as the
/// coarser pixel; beyond the picture its border is repeated. Allocates.
ImageU8 resample_window(const ImageU8& picture, const PictureWindow& window, int width, int height);

/// The largest window in the middle of a picture that has the shape of a frame of `width` x `height`.
PictureWindow covering_window(const ImageU8& picture, int width, int height) noexcept;

}  // namespace parlante
