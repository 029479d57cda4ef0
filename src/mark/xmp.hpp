// What a file says of itself in XMP: for programs that read no content credentials, and for screen readers.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace parlante {

/// An XMP packet (ISO 16684-1) with the IPTC's digital source type, by which search engines and sites know
/// what was made with AI, and `words` as description and as text for screen readers (IPTC Photo Metadata
/// Standard 2023.1: DigitalSourceType, AltTextAccessibility).
std::string ai_xmp(std::string_view words);

/// Copies an ISO media file (MP4, MOV) or a PNG to `to`, with `packet` in it where that kind of file keeps
/// its XMP: a box behind all others, or a chunk in front of the picture, with the words of a PNG's
/// "Description" beside it. A file that has one already is copied as it is. Errors: failed (another kind of
/// file, boxes or chunks that do not fit, a full disk).
Result<> copy_with_xmp(const std::filesystem::path& from, const std::filesystem::path& to,
                       std::string_view packet, std::string_view words);

}  // namespace parlante
