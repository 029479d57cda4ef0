#include "mark/xmp.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "mark/file_parts.hpp"
#include "mark/manifest.hpp"

namespace parlante {
namespace {

/// Of the box that holds an MP4's XMP (ISO 16684-1, annex on MPEG-4).
constexpr std::array<unsigned char, 16> kXmpUuid{0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8,
                                                 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac};
constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";
constexpr std::uint64_t kLargestPicture = 1u << 30;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  return out;
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

std::string xmp_box(std::string_view packet) {
  std::string content = "uuid";
  content.append(kXmpUuid.begin(), kXmpUuid.end()).append(packet);
  return big_endian(static_cast<std::uint32_t>(4 + content.size())) + content;
}

/// UTF-8 text of a PNG, not compressed, of no language.
std::string text_chunk(std::string_view keyword, std::string_view text) {
  std::string content = "iTXt";
  // Ends of keyword, language and translated keyword; two flags of zero.
  content.append(keyword).append(5, '\0').append(text);
  const auto sum = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
  return big_endian(static_cast<std::uint32_t>(content.size() - 4)) + content +
         big_endian(static_cast<std::uint32_t>(sum));
}

bool starts_with(const ByteSource& file, const FilePart& part, std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> there(bytes.size());
  return part.size >= part.header + bytes.size() && file.read(part.offset + part.header, there) &&
         std::equal(there.begin(), there.end(), bytes.begin());
}

bool is_xmp(const ByteSource& file, const FilePart& part) {
  const auto* keyword = reinterpret_cast<const std::uint8_t*>(kXmpKeyword.data());
  return (part.name() == "uuid" && starts_with(file, part, kXmpUuid)) ||
         (part.name() == "iTXt" && starts_with(file, part, {keyword, kXmpKeyword.size()}));
}

struct Close {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Result<> written(const std::filesystem::path& to, const char* mode, std::string_view bytes) {
  std::unique_ptr<std::FILE, Close> out(std::fopen(to.c_str(), mode));
  if (!out || std::fwrite(bytes.data(), 1, bytes.size(), out.get()) != bytes.size() ||
      std::fclose(out.release()) != 0)
    return fail(ErrorKind::failed, to.string() + " cannot be written; is the disk full?");
  return {};
}

}  // namespace

std::string ai_xmp(std::string_view words) {
  const std::string alternatives =
      "<rdf:Alt><rdf:li xml:lang=\"x-default\">" + escaped(words) + "</rdf:li></rdf:Alt>";
  return "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
         "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
         "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
         " xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\""
         " xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\""
         " Iptc4xmpExt:DigitalSourceType=\"" +
         std::string(kMadeWithAi) + "\"><dc:description>" + alternatives +
         "</dc:description><Iptc4xmpCore:AltTextAccessibility>" + alternatives +
         "</Iptc4xmpCore:AltTextAccessibility></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>";
}

Result<> copy_with_xmp(const std::filesystem::path& from, const std::filesystem::path& to,
                       std::string_view packet, std::string_view words) {
  const auto file = FileSource::open(from);
  if (!file) return fail(ErrorKind::failed, from.string() + " cannot be read.");
  const PartedFile kind = parted_file(*file);
  if (kind == PartedFile::none) return fail(ErrorKind::failed, "This form of file holds no XMP.");
  const auto parts = kind == PartedFile::png ? png_chunks(*file) : iso_boxes(*file);
  if (!parts) return tl::unexpected(parts.error());
  const bool there =
      std::any_of(parts->begin(), parts->end(), [&](const FilePart& part) { return is_xmp(*file, part); });
  if (kind == PartedFile::iso || there) {
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (error) return fail(ErrorKind::failed, to.string() + " cannot be written: " + error.message() + ".");
    if (there || parts->back().open) return {};
    return written(to, "ab", xmp_box(packet));
  }
  const auto bytes = file->bytes(0, file->size(), kLargestPicture);
  if (!bytes || parts->empty()) return fail(ErrorKind::failed, "The picture is too large or empty.");
  std::string picture(bytes->begin(), bytes->end());
  const FilePart& header = parts->front();  // IHDR
  picture.insert(static_cast<std::size_t>(header.offset + header.size),
                 text_chunk(kXmpKeyword, packet) + text_chunk("Description", words));
  return written(to, "wb", picture);
}

}  // namespace parlante
