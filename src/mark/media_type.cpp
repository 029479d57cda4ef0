#include "mark/media_type.hpp"

#include <array>
#include <cstdio>
#include <string_view>

namespace parlante {
namespace {

std::string iso_type(std::string_view brand) {
  if (brand == "qt  ") return "video/quicktime";
  if (brand == "M4A " || brand == "M4B ") return "audio/mp4";
  if (brand == "heic" || brand == "heix") return "image/heic";
  if (brand == "mif1" || brand == "msf1") return "image/heif";
  if (brand == "avif" || brand == "avis") return "image/avif";
  return "video/mp4";
}

std::string riff_type(std::string_view form) {
  if (form == "WAVE") return "audio/wav";
  if (form == "WEBP") return "image/webp";
  return form == "AVI " ? "video/avi" : "";
}

}  // namespace

std::string media_type(std::span<const std::uint8_t> bytes) {
  const std::string_view start(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto at = [start](std::size_t from, std::string_view what) {
    return start.size() >= from + what.size() && start.substr(from, what.size()) == what;
  };
  if (at(0, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (at(0, "\xff\xd8\xff")) return "image/jpeg";
  if (at(0, "GIF8")) return "image/gif";
  if (at(0, "RIFF") && start.size() >= 12) return riff_type(start.substr(8, 4));
  if (at(4, "ftyp") && start.size() >= 12) return iso_type(start.substr(8, 4));
  if (at(4, "moov") || at(4, "mdat") || at(4, "wide"))
    return "video/quicktime";  // from before there was ftyp
  if (at(0, "fLaC")) return "audio/flac";
  if (at(0, "OggS")) return "audio/ogg";
  if (at(0, "\x1a\x45\xdf\xa3")) return "video/webm";
  if (at(0, "ID3")) return "audio/mpeg";
  if (bytes.size() >= 2 && bytes[0] == 0xff && (bytes[1] & 0xe6) == 0xe2)
    return "audio/mpeg";  // MPEG layer 3
  if (at(0, std::string_view("II*\0", 4)) || at(0, std::string_view("MM\0*", 4))) return "image/tiff";
  if (at(0, "PLAVATAR")) return "application/x-parlante-avatar";
  return {};
}

std::string media_type_of_file(const std::filesystem::path& file) {
  std::array<std::uint8_t, 32> start{};
  std::FILE* in = std::fopen(file.c_str(), "rb");
  if (in == nullptr) return {};
  const std::size_t got = std::fread(start.data(), 1, start.size(), in);
  std::fclose(in);
  return media_type({start.data(), got});
}

}  // namespace parlante
