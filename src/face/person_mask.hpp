// Which parts of a picture are person: MediaPipe's selfie segmentation.
#pragma once

#include <filesystem>

#include "core/image.hpp"
#include "core/result.hpp"

namespace parlante {

inline constexpr int kPersonMaskSide = 256;

/// How likely each part of a picture (RGB or RGBA, not empty) is person, hair, hat and clothes included, and
/// not background: 0..1, kPersonMaskSide values a side over the whole picture, one channel. The network sees
/// the picture squeezed to that square: outlines are right to about one of its pixels; it was trained on
/// people at arm's length. It is loaded for the one picture and let go, 20 MB and less than .1 s: a photo is
/// prepared once. Errors: broken_model (missing, damaged, another network).
Result<ImageF> person_mask(const std::filesystem::path& network, const ImageU8& picture);

}  // namespace parlante
