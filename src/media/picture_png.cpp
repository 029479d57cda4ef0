#include <png.h>

#include <algorithm>
#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "media/atomic_file.hpp"
#include "media/orientation.hpp"
#include "media/picture_decoders.hpp"
#include "media/row_shrinker.hpp"

namespace parlante {
namespace {

/// libpng reports errors by jumping back to where png_jmpbuf was set. Functions that set it hold no object
/// with a destructor; those live in the class.
void ignore_warning(png_structp, png_const_charp) {}
[[noreturn]] void jump_out(png_structp png, png_const_charp) {
  png_longjmp(png, 1);
}

class PngDecoder {
 public:
  explicit PngDecoder(const PictureFile& picture) : picture_(picture), rest_(picture.bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, jump_out, ignore_warning);
    if (png_) info_ = png_create_info_struct(png_);
  }
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  Result<ImageU8> decode() {
    if (!info_) return fail(ErrorKind::failed, "There is not enough memory to read " + picture_.name + ".");
    if (!read_header()) return not_a_picture(picture_);
    const bool interlaced = png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE;
    size_ = {static_cast<int>(png_get_image_width(png_, info_)),
             static_cast<int>(png_get_image_height(png_, info_))};
    if (auto fine = check_size(picture_, size_.width, size_.height, interlaced); !fine)
      return pass_on(std::move(fine));
    if (!start()) return not_a_picture(picture_);
    const PictureSize target = fit_within(size_, picture_.options.max_side);
    RowShrinker shrinker(size_, target);
    const std::size_t stride = static_cast<std::size_t>(size_.width) * 4;
    rgba_.resize(interlaced ? stride * static_cast<std::size_t>(size_.height) : stride);
    rgb_.resize(static_cast<std::size_t>(size_.width) * 3);
    int rows = 0;
    if (interlaced) {
      rows = read_passes(stride) ? size_.height : 0;
      for (int y = 0; y < rows; ++y)
        shrinker.add(over_white(rgba_.data() + static_cast<std::size_t>(y) * stride));
    } else {
      for (; rows < size_.height && read_row(rgba_.data()); ++rows) shrinker.add(over_white(rgba_.data()));
    }
    if (rows < size_.height) {
      if (auto fine = accept_incomplete(picture_, rows, size_.height); !fine) return pass_on(std::move(fine));
    }
    return upright(shrinker.take(), orientation());
  }

 private:
  static void give_bytes(png_structp png, png_bytep out, std::size_t count) {
    auto& rest = static_cast<PngDecoder*>(png_get_io_ptr(png))->rest_;
    if (count > rest.size()) png_error(png, "data ended");
    std::memcpy(out, rest.data(), count);
    rest = rest.subspan(count);
  }

  bool read_header() noexcept {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_set_read_fn(png_, this, give_bytes);
    png_set_user_limits(png_, 0x7fffffff, 0x7fffffff);  // check_size has the sentence
    png_set_crc_action(png_, PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
    png_read_info(png_, info_);
    return true;
  }

  bool start() noexcept {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_set_expand(png_);  // palette, few bits and a transparent colour become 8 bits with alpha
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_add_alpha(png_, 0xff, PNG_FILLER_AFTER);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return png_get_rowbytes(png_, info_) == static_cast<std::size_t>(size_.width) * 4;
  }

  bool read_row(std::uint8_t* rgba) noexcept {
    if (setjmp(png_jmpbuf(png_))) return false;
    png_read_row(png_, rgba, nullptr);
    return true;
  }

  bool read_passes(std::size_t stride) noexcept {
    if (setjmp(png_jmpbuf(png_))) return false;
    constexpr int kAdam7Passes = 7;
    for (int pass = 0; pass < kAdam7Passes; ++pass)
      for (int y = 0; y < size_.height; ++y)
        png_read_row(png_, rgba_.data() + static_cast<std::size_t>(y) * stride, nullptr);
    return true;
  }

  const std::uint8_t* over_white(const std::uint8_t* rgba) noexcept {
    for (int x = 0; x < size_.width; ++x, rgba += 4)
      for (int c = 0; c < 3; ++c)
        rgb_[static_cast<std::size_t>(x * 3 + c)] =
            static_cast<std::uint8_t>((rgba[c] * rgba[3] + 255 * (255 - rgba[3]) + 127) / 255);
    return rgb_.data();
  }

  Orientation orientation() noexcept {
    png_bytep exif = nullptr;
    png_uint_32 count = 0;
    if (!png_get_eXIf_1(png_, info_, &count, &exif) || !exif) return 1;
    return orientation_in_tiff({exif, count});
  }

  const PictureFile& picture_;
  std::span<const std::uint8_t> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  PictureSize size_;
  std::vector<std::uint8_t> rgba_, rgb_;
};

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// No destructor runs in here, so libpng may jump.
bool encode_png(png_structp png, png_infop info, std::FILE* file, const ImageU8& image) noexcept {
  if (setjmp(png_jmpbuf(png))) return false;
  const int colour = image.channels == 1   ? PNG_COLOR_TYPE_GRAY
                     : image.channels == 3 ? PNG_COLOR_TYPE_RGB
                                           : PNG_COLOR_TYPE_RGB_ALPHA;
  png_init_io(png, file);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_compression_level(png, 4);
  png_set_IHDR(png, info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height), 8,
               colour, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < image.height; ++y) png_write_row(png, image.row(y));
  png_write_end(png, info);
  return true;
}

Result<> write_png_into(const ImageU8& image, const std::filesystem::path& file,
                        const std::filesystem::path& name) {
  const std::unique_ptr<std::FILE, CloseFile> out(std::fopen(file.c_str(), "wb"));
  if (!out)
    return fail(ErrorKind::failed, name.string() + " cannot be written: " + std::strerror(errno) + ".");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, jump_out, ignore_warning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  errno = 0;
  const bool written = info && encode_png(png, info, out.get(), image) && std::fflush(out.get()) == 0;
  const int reason = errno;
  png_destroy_write_struct(&png, &info);
  if (!written)
    return fail(ErrorKind::failed, name.string() + " cannot be written" +
                                       (reason ? std::string(": ") + std::strerror(reason) : "") + ".");
  return {};
}

}  // namespace

Result<ImageU8> decode_png(const PictureFile& picture) {
  return PngDecoder(picture).decode();
}

Result<> write_png(const ImageU8& image, const std::filesystem::path& file, const LastStep& last_step) {
  const bool known = image.channels == 1 || image.channels == 3 || image.channels == 4;
  if (image.empty() || !known)
    return fail(ErrorKind::usage, "Only grey, RGB and RGBA pictures can be written as PNG.");
  if (is_special_file(file)) return write_png_into(image, file, file);
  auto target = AtomicFile::create(file);
  if (!target) return pass_on(std::move(target));
  if (auto written = write_png_into(image, target->temporary(), file); !written) return written;
  return target->commit(last_step);
}

}  // namespace parlante
