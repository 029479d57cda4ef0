// What kind of file it is, by its first bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace parlante {

/// "video/mp4", "image/png", "audio/flac"…; empty when unknown. `start`: the first 32 bytes or more.
std::string media_type(std::span<const std::uint8_t> start);
std::string media_type_of_file(const std::filesystem::path& file);

}  // namespace parlante
