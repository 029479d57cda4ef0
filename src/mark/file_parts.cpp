#include "mark/file_parts.hpp"

#include <algorithm>
#include <string>

namespace parlante {
namespace {

constexpr std::size_t kMostParts = 2'000'000;

tl::unexpected<Error> broken(const char* what) {
  return fail(ErrorKind::failed, std::string("The file is damaged: ") + what + ".");
}

}  // namespace

std::uint64_t big_endian(std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

PartedFile parted_file(const ByteSource& file) {
  std::array<std::uint8_t, 8> start{};
  if (!file.read(0, start)) return PartedFile::none;
  constexpr std::array<std::uint8_t, 8> kPng{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (start == kPng) return PartedFile::png;
  const std::string_view type(reinterpret_cast<const char*>(start.data()) + 4, 4);
  for (const char* first : {"ftyp", "moov", "mdat", "wide", "free"})
    if (type == first) return PartedFile::iso;
  return PartedFile::none;
}

Result<std::vector<FilePart>> iso_boxes(const ByteSource& file) {
  std::vector<FilePart> boxes;
  for (std::uint64_t at = 0; at < file.size();) {
    std::array<std::uint8_t, 16> head{};
    if (boxes.size() >= kMostParts) return broken("it has too many boxes");
    if (!file.read(at, std::span(head).first(8))) return broken("a box is cut off");
    FilePart box{at, big_endian(std::span(head).first(4)), 8, false, {}};
    std::copy_n(head.begin() + 4, 4, box.type.begin());
    if (box.size == 1) {
      if (!file.read(at + 8, std::span(head).last(8))) return broken("a box is cut off");
      box.size = big_endian(std::span(head).last(8));
      box.header = 16;
    } else if (box.size == 0) {
      box.size = file.size() - at;
      box.open = true;
    }
    if (box.size < box.header || box.size > file.size() - at) return broken("a box is longer than the file");
    boxes.push_back(box);
    at += box.size;
  }
  return boxes;
}

Result<std::vector<FilePart>> png_chunks(const ByteSource& file) {
  std::vector<FilePart> chunks;
  for (std::uint64_t at = 8; at < file.size();) {
    std::array<std::uint8_t, 8> head{};
    if (chunks.size() >= kMostParts) return broken("it has too many chunks");
    if (!file.read(at, head)) return broken("a chunk is cut off");
    FilePart chunk{at, big_endian(std::span(head).first(4)) + 12, 8, false, {}};
    std::copy_n(head.begin() + 4, 4, chunk.type.begin());
    if (chunk.size > file.size() - at) return broken("a chunk is longer than the file");
    chunks.push_back(chunk);
    at += chunk.size;
    if (chunk.name() == "IEND") break;
  }
  return chunks;
}

}  // namespace parlante
