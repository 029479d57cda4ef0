// The boxes of an ISO media file (MP4, MOV, HEIF…) and the chunks of a PNG: where each lies.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "mark/byte_source.hpp"

namespace parlante {

/// A box at the top of an ISO file, or a chunk of a PNG. It ends within the file.
struct FilePart {
  std::uint64_t offset = 0, size = 0, header = 0;
  bool open = false;  ///< a box that says no length: it goes to the file's end
  std::array<char, 4> type{};
  std::string_view name() const noexcept { return {type.data(), type.size()}; }
};

enum class PartedFile { none, iso, png };
/// By its first bytes.
PartedFile parted_file(const ByteSource& file);

/// Two million parts at most. Errors: failed (parts that do not fit the file).
Result<std::vector<FilePart>> iso_boxes(const ByteSource& file);
Result<std::vector<FilePart>> png_chunks(const ByteSource& file);

/// The number whose bytes these are, the highest first.
std::uint64_t big_endian(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace parlante
