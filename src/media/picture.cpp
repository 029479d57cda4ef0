#include "media/picture.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "media/ffmpeg.hpp"
#include "media/picture_decoders.hpp"

namespace parlante {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;

bool begins_with(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> magic) noexcept {
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

Result<std::vector<std::uint8_t>> read_bytes(const std::string& source, const std::string& name) {
  struct Close {
    void operator()(std::FILE* file) const noexcept {
      if (file != stdin) std::fclose(file);
    }
  };
  const std::unique_ptr<std::FILE, Close> file(source == "-" ? stdin : std::fopen(source.c_str(), "rb"));
  if (!file && errno == ENOENT) return fail(ErrorKind::bad_picture, "There is no file " + name + ".");
  if (!file) return fail(ErrorKind::bad_picture, name + " cannot be read: " + std::strerror(errno) + ".");
  std::vector<std::uint8_t> bytes;
  std::size_t used = 0;
  while (true) {
    if (used == bytes.size()) bytes.resize(std::max<std::size_t>(std::size_t{1} << 16, bytes.size() * 2));
    const std::size_t got = std::fread(bytes.data() + used, 1, bytes.size() - used, file.get());
    used += got;
    if (got == 0) break;
    if (used > kMostBytes)
      return fail(ErrorKind::bad_picture, name + " is larger than 1 GiB; no such picture can be read.");
  }
  if (std::ferror(file.get()))
    return fail(ErrorKind::bad_picture, name + " cannot be read: " + std::strerror(errno) + ".");
  bytes.resize(used);
  return bytes;
}

}  // namespace

tl::unexpected<Error> not_a_picture(const PictureFile& picture) {
  return fail(ErrorKind::bad_picture,
              picture.name + " is not a picture that can be read (JPEG, PNG, WebP, BMP, TIFF).");
}

Result<> check_size(const PictureFile& picture, std::int64_t width, std::int64_t height,
                    bool whole_in_memory) {
  if (width < 1 || height < 1) return not_a_picture(picture);
  const std::string size =
      picture.name + " has " + std::to_string(width) + " x " + std::to_string(height) + " pixels; ";
  if (width > kLargestSide || height > kLargestSide)
    return fail(ErrorKind::bad_picture,
                size + "a side may have " + std::to_string(kLargestSide) + " at most.");
  if (whole_in_memory && width * height > kMostPixelsAtOnce)
    return fail(
        ErrorKind::bad_picture,
        size + "that is too large for its format: save it as a baseline JPEG or a PNG without interlacing.");
  return {};
}

Result<> accept_incomplete(const PictureFile& picture, int rows, int height) {
  if (rows * 2 < height)
    return fail(ErrorKind::bad_picture, picture.name + " is incomplete: " + std::to_string(rows) + " of " +
                                            std::to_string(height) + " rows are there.");
  if (picture.options.sink)
    picture.options.sink->log(LogLevel::warning, picture.name + " is incomplete: the lowest " +
                                                     std::to_string(height - rows) + " of " +
                                                     std::to_string(height) + " rows are missing.");
  return {};
}

Result<ImageU8> decode_picture(std::span<const std::uint8_t> bytes, const std::string& name,
                               const PictureOptions& options) {
  static constexpr std::uint8_t kJpeg[] = {0xff, 0xd8, 0xff},
                                kPng[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (options.max_side < 1)
    return fail(ErrorKind::usage, "A picture's longest side must be at least 1 pixel.");
  if (options.facts) *options.facts = {};
  const PictureFile picture{bytes, name, options};
  if (bytes.empty()) return fail(ErrorKind::bad_picture, name + " is empty.");
  if (begins_with(bytes, kJpeg)) return decode_jpeg(picture);
  if (begins_with(bytes, kPng)) return decode_png(picture);
  return decode_other(picture);
}

Result<ImageU8> read_picture(const std::string& source, const PictureOptions& options) {
  const std::string name = ffmpeg::name_of(source);
  const auto bytes = read_bytes(source, name);
  if (!bytes) return tl::unexpected(bytes.error());
  return decode_picture(*bytes, name, options);
}

}  // namespace parlante
