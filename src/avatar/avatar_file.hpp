// One file an avatar: portable, versioned, checksummed, losslessly compressed.
//
//   "PLAVATAR", u32 version, u32 CRC-32 of all that follows, then sections in fixed order:
//   four letters, u32 plain size, u32 stored size, the stored bytes (zlib stream).
// All numbers are little-endian. A file holds the layers that frames are drawn from and, unless it was made
// without, the photo around the head as a JPEG; not the source photo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "avatar/avatar.hpp"
#include "core/result.hpp"

namespace parlante {

inline constexpr std::uint32_t kAvatarFileVersion = 5;

/// Writes a temporary file beside `file` and moves it into place, so that a reader never sees half an avatar.
/// The grid's expressions are rounded to 1/32767 of their largest displacement; everything else is kept
/// exactly. Errors: failed (folder not writable, disk full).
Result<> save_avatar(const Avatar& avatar, const std::filesystem::path& file);

/// Errors: bad_avatar (no such file, damaged, of another version, or not an avatar). Never takes more memory
/// than a well-formed file of that size needs. A head_checksum of 0 means: not checked against a head.
Result<Avatar> load_avatar(const std::filesystem::path& file);

/// The same in memory; `name` appears in errors.
std::vector<std::uint8_t> pack_avatar(const Avatar& avatar);
Result<Avatar> unpack_avatar(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace parlante
