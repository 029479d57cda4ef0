// The form of frames as people ask for it (a size, a shape, the whole photo, another background) becomes what
// the renderer is told: which part of the photo's plane a frame shows, and at what size.
#pragma once

#include <memory>

#include "avatar/avatar.hpp"
#include "core/image.hpp"
#include "core/result.hpp"
#include "core/sink.hpp"
#include "render/renderer.hpp"

namespace parlante {

inline constexpr int kLeastSide = 256, kMostSide = 1024;           ///< px, of a frame cut around the head
inline constexpr int kMostLongSide = 3840, kUsualLongSide = 1920;  ///< px, of the whole photo

struct FrameForm {
  /// Around the head: the frame's size, px, even, kLeastSide to kMostSide. The whole photo: the long side in
  /// `width`, 0: kUsualLongSide; never larger than the photo's own sharpness gives.
  int width = 512, height = 512;
  bool whole_photo = false;
  /// In place of the photo's background, fitted to cover the frame: RGB; one pixel is a colour. Null: none.
  std::shared_ptr<const ImageU8> background;
  bool transparent = false;
};

/// Errors: usage (odd or too large or small sides; both a background and none; the whole photo with another
/// background, since only the head's surroundings are told apart from what is behind).
Result<> check_form(const FrameForm& form);

/// Sets size, part, around, background and transparent of `options`, for this avatar. A frame of another
/// shape than the square shows about as much of the photo; where the photo ends, less, so that the head stays
/// whole. Unpacks and scales pictures: takes up to .3 s. Errors: as check_form(); usage (the photo does not
/// reach as far as the shape asks; the avatar carries no photo around its square); bad_avatar.
Result<> shape_frames(const Avatar& avatar, const FrameForm& form, RenderOptions& options,
                      Sink& sink = null_sink());

/// Does the renderer take these? Errors: usage.
Result<> check_frames(const RenderOptions& options);

}  // namespace parlante
