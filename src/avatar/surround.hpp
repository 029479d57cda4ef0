// The photo around the square picture: packed with the avatar, unpacked for frames that show more than the
// square.
#pragma once

#include "avatar/avatar.hpp"
#include "core/image.hpp"
#include "core/result.hpp"

namespace parlante {

/// Packs what of `photo` (RGB or RGBA) lies around `crop`, at the sharpness of the square picture (the square
/// is at most 1024 px a side in it) and at most 8 megapixels. Without width when the square is nearly the
/// whole photo, or the photo is less than 64 px a side. Errors: failed (no memory).
Result<Surround> make_surround(const ImageU8& photo, const PixelRect& crop);

/// The picture of a surround, RGB. Errors: bad_avatar (damaged), usage (the avatar carries none).
Result<ImageU8> surround_picture(const Surround& surround);

}  // namespace parlante
