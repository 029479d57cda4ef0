#include <cstdio>

#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <optional>
#include <vector>

#include "media/exif.hpp"
#include "media/orientation.hpp"
#include "media/picture_decoders.hpp"
#include "media/row_shrinker.hpp"

namespace parlante {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;

/// libjpeg reports errors by a function that must not return: it jumps back to where `jump` was set.
/// Functions that set it hold no object with a destructor; those live in JpegDecoder.
struct ErrorHandler {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  jpeg_decompress_struct* decoder = nullptr;
  bool data_ended = false;
  int first_scan_rows = 0;  // of the picture, when the data ended in its first scan
};

ErrorHandler& handler_of(j_common_ptr decoder) noexcept {
  return *reinterpret_cast<ErrorHandler*>(decoder->err);
}

[[noreturn]] void jump_out(j_common_ptr decoder) {
  std::longjmp(handler_of(decoder).jump, 1);
}

void note_warning(j_common_ptr decoder, int level) {
  if (level >= 0) return;
  ErrorHandler& handler = handler_of(decoder);
  handler.manager.num_warnings++;
  if (handler.manager.msg_code != JWRN_JPEG_EOF || handler.data_ended) return;
  handler.data_ended = true;
  const auto& d = *handler.decoder;
  const bool first_scan = d.input_scan_number <= 1;
  const auto total = std::max<JDIMENSION>(1, d.total_iMCU_rows);
  handler.first_scan_rows =
      first_scan ? static_cast<int>(static_cast<std::uint64_t>(d.image_height) * d.input_iMCU_row / total)
                 : static_cast<int>(d.image_height);
}

void no_message(j_common_ptr) {}

class JpegDecoder {
 public:
  explicit JpegDecoder(const PictureFile& picture) noexcept : picture_(picture) {
    decoder_.err = jpeg_std_error(&handler_.manager);
    handler_.manager.error_exit = jump_out;
    handler_.manager.emit_message = note_warning;
    handler_.manager.output_message = no_message;
    handler_.decoder = &decoder_;
  }
  ~JpegDecoder() { jpeg_destroy_decompress(&decoder_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  Result<ImageU8> decode() {
    if (!read_header()) return not_a_picture(picture_);
    const auto width = decoder_.image_width, height = decoder_.image_height;
    const bool whole = jpeg_has_multiple_scans(&decoder_) != 0;
    if (auto fine = check_size(picture_, width, height, whole); !fine) return pass_on(std::move(fine));
    choose_scale();
    // Not a picture after all, or a feature that libjpeg lacks.
    if (!start()) return not_a_picture(picture_);
    const PictureSize coded{static_cast<int>(decoder_.output_width),
                            static_cast<int>(decoder_.output_height)};
    shrinker_.emplace(coded, target_);
    line_.resize(static_cast<std::size_t>(coded.width) *
                 static_cast<std::size_t>(decoder_.output_components));
    rgb_.resize(static_cast<std::size_t>(coded.width) * 3);
    bool whole_read = true;
    while (whole_read && decoder_.output_scanline < decoder_.output_height) {
      whole_read = read_line();
      if (whole_read) add_line(coded.width);
    }
    return finish(whole_read);
  }

 private:
  bool read_header() noexcept {
    if (setjmp(handler_.jump)) return false;
    jpeg_create_decompress(&decoder_);
    jpeg_mem_src(&decoder_, picture_.bytes.data(), picture_.bytes.size());
    jpeg_save_markers(&decoder_, kExifMarker, 0xffff);
    return jpeg_read_header(&decoder_, TRUE) == JPEG_HEADER_OK;
  }

  bool start() noexcept {
    if (setjmp(handler_.jump)) return false;
    return jpeg_start_decompress(&decoder_) != 0;
  }

  bool read_line() noexcept {
    if (setjmp(handler_.jump)) return false;
    JSAMPROW row = line_.data();
    return jpeg_read_scanlines(&decoder_, &row, 1) == 1;
  }

  /// The transform itself can scale by M/8; the rest is averaged.
  void choose_scale() noexcept {
    const PictureSize size{static_cast<int>(decoder_.image_width), static_cast<int>(decoder_.image_height)};
    target_ = fit_within(size, picture_.options.max_side);
    unsigned eighths = 8;
    const auto still_large = [&](unsigned m) {
      return size.width * static_cast<std::int64_t>(m) / 8 >= target_.width &&
             size.height * static_cast<std::int64_t>(m) / 8 >= target_.height;
    };
    while (eighths > 1 && still_large(eighths - 1)) --eighths;
    decoder_.scale_num = eighths;
    decoder_.scale_denom = 8;
    const bool four_inks = decoder_.jpeg_color_space == JCS_CMYK || decoder_.jpeg_color_space == JCS_YCCK;
    decoder_.out_color_space = four_inks ? JCS_CMYK : JCS_RGB;
    decoder_.dct_method = JDCT_ISLOW;
  }

  void add_line(int width) {
    if (decoder_.out_color_space == JCS_RGB) return shrinker_->add(line_.data());
    // Adobe writes inks inverted (0 = full ink) and says so by its marker.
    const std::uint8_t flip = decoder_.saw_Adobe_marker ? 0 : 255;
    for (int x = 0; x < width; ++x) {
      const std::uint8_t* ink = line_.data() + static_cast<std::ptrdiff_t>(x) * 4;
      const int key = ink[3] ^ flip;
      for (int c = 0; c < 3; ++c)
        rgb_[static_cast<std::size_t>(x * 3 + c)] =
            static_cast<std::uint8_t>(((ink[c] ^ flip) * key + 127) / 255);
    }
    shrinker_->add(rgb_.data());
  }

  ExifFacts exif() const noexcept {
    for (auto* marker = decoder_.marker_list; marker; marker = marker->next) {
      if (marker->marker != kExifMarker || marker->data_length < 6 ||
          std::memcmp(marker->data, "Exif\0\0", 6) != 0)
        continue;
      return exif_in_tiff({marker->data + 6, marker->data_length - 6});
    }
    return {};
  }

  Result<ImageU8> finish(bool whole_read) {
    const int height = static_cast<int>(decoder_.image_height);
    ImageU8 image = shrinker_->take();
    const int came = static_cast<int>(static_cast<std::int64_t>(height) * image.height / target_.height);
    const int rows = handler_.data_ended ? std::min(came, handler_.first_scan_rows) : came;
    if (!whole_read || handler_.data_ended) {
      if (rows < height) {
        if (auto fine = accept_incomplete(picture_, rows, height); !fine) return pass_on(std::move(fine));
      } else if (picture_.options.sink) {
        picture_.options.sink->log(LogLevel::warning,
                                   picture_.name + " is incomplete: it is less sharp than it was.");
      }
      image.height = std::max(1, static_cast<int>(static_cast<std::int64_t>(rows) * target_.height / height));
      image.pixels.resize(image.stride() * static_cast<std::size_t>(image.height));
    }
    const ExifFacts facts = exif();
    if (picture_.options.facts)
      picture_.options.facts->focal_px =
          focal_px(facts, static_cast<int>(decoder_.image_width), static_cast<int>(decoder_.image_height)) *
          target_.width / std::max(1., static_cast<double>(decoder_.image_width));
    return upright(std::move(image), facts.orientation);
  }

  const PictureFile& picture_;
  jpeg_decompress_struct decoder_{};
  ErrorHandler handler_{};
  PictureSize target_;
  std::optional<RowShrinker> shrinker_;
  std::vector<std::uint8_t> line_, rgb_;
};

}  // namespace

Result<ImageU8> decode_jpeg(const PictureFile& picture) {
  return JpegDecoder(picture).decode();
}

}  // namespace parlante
