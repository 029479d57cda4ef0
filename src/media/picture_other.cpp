#include <algorithm>
#include <cstring>

#include "media/ffmpeg.hpp"
#include "media/frame_to_rgb.hpp"
#include "media/orientation.hpp"
#include "media/picture_decoders.hpp"
#include "media/row_shrinker.hpp"

namespace parlante {
namespace {

// Formats of one picture with a signature of their own. Text and vector formats are left out: they can name
// other files, and nearly any text would do for one of them.
constexpr const char* kPictureFormats =
    "webp_pipe,bmp_pipe,tiff_pipe,gif_pipe,gif,j2k_pipe,jpegxl_pipe,pam_pipe,pbm_pipe,pgm_pipe,ppm_pipe,psd_"
    "pipe,"
    "qoi_pipe,sgi_pipe,sunrast_pipe,dds_pipe,exr_pipe,hdr_pipe";

/// Gives FFmpeg the bytes of a picture in memory.
class MemoryInput {
 public:
  explicit MemoryInput(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    constexpr int kBuffer = 1 << 16;
    auto* buffer = static_cast<std::uint8_t*>(av_malloc(kBuffer));
    if (!buffer) return;
    io_ = avio_alloc_context(buffer, kBuffer, 0, this, read, nullptr, seek);
    if (!io_) av_free(buffer);
  }
  ~MemoryInput() {
    if (!io_) return;
    av_freep(&io_->buffer);
    avio_context_free(&io_);
  }
  MemoryInput(const MemoryInput&) = delete;
  MemoryInput& operator=(const MemoryInput&) = delete;
  AVIOContext* io() const noexcept { return io_; }

 private:
  static int read(void* self, std::uint8_t* out, int count) {
    auto& input = *static_cast<MemoryInput*>(self);
    const auto left = static_cast<std::int64_t>(input.bytes_.size()) - input.position_;
    if (left <= 0) return AVERROR_EOF;
    const auto given = static_cast<int>(std::min<std::int64_t>(left, count));
    std::memcpy(out, input.bytes_.data() + input.position_, static_cast<std::size_t>(given));
    input.position_ += given;
    return given;
  }
  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto& input = *static_cast<MemoryInput*>(self);
    const auto size = static_cast<std::int64_t>(input.bytes_.size());
    if (whence & AVSEEK_SIZE) return size;
    const std::int64_t base = whence == SEEK_CUR ? input.position_ : whence == SEEK_END ? size : 0;
    if (base + offset < 0 || base + offset > size) return AVERROR(EINVAL);
    return input.position_ = base + offset;
  }

  std::span<const std::uint8_t> bytes_;
  std::int64_t position_ = 0;
  AVIOContext* io_ = nullptr;
};

/// The first picture of the file, or nothing.
ffmpeg::Frame decode_first(AVFormatContext& input, AVCodecContext& decoder, int stream) {
  ffmpeg::Packet packet(av_packet_alloc());
  ffmpeg::Frame frame(av_frame_alloc());
  if (!packet || !frame) return nullptr;
  bool more = true;
  while (true) {
    const int error = avcodec_receive_frame(&decoder, frame.get());
    if (error == 0) return frame;
    if (error != AVERROR(EAGAIN) || !more) return nullptr;
    more = av_read_frame(&input, packet.get()) >= 0;
    if (!more)
      avcodec_send_packet(&decoder, nullptr);
    else if (packet->stream_index == stream)
      avcodec_send_packet(&decoder, packet.get());
    av_packet_unref(packet.get());
  }
}

Orientation orientation_of(const PictureFile& picture, const AVFrame& frame) {
  if (const Orientation tiff = orientation_in_tiff(picture.bytes); tiff != 1) return tiff;
  const AVDictionaryEntry* exif = av_dict_get(frame.metadata, "Orientation", nullptr, 0);
  return exif ? static_cast<Orientation>(std::strtol(exif->value, nullptr, 10)) : 1;
}

}  // namespace

Result<ImageU8> decode_other(const PictureFile& picture) {
  ffmpeg::silence();
  MemoryInput memory(picture.bytes);
  AVFormatContext* raw = avformat_alloc_context();
  if (!memory.io() || !raw) {
    avformat_free_context(raw);
    return fail(ErrorKind::failed, "There is not enough memory to read " + picture.name + ".");
  }
  raw->pb = memory.io();
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kPictureFormats, 0);
  av_dict_set(&options, "protocol_whitelist", "", 0);
  const int opened = avformat_open_input(&raw, nullptr, nullptr, &options);
  av_dict_free(&options);
  if (opened < 0) return not_a_picture(picture);  // and `raw` is freed
  const ffmpeg::Input input(raw);
  const int stream = av_find_best_stream(raw, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (stream < 0) return not_a_picture(picture);
  auto decoder = ffmpeg::open_decoder(*raw->streams[stream], 1, ErrorKind::bad_picture, picture.name);
  if (!decoder) return pass_on(std::move(decoder));
  (*decoder)->max_pixels = kMostPixelsAtOnce;
  const ffmpeg::Frame frame = decode_first(*raw, **decoder, stream);
  const int width = frame ? frame->width : (*decoder)->width,
            height = frame ? frame->height : (*decoder)->height;
  if (width > 0 && height > 0) {
    if (auto fine = check_size(picture, width, height, true); !fine) return pass_on(std::move(fine));
  }
  if (!frame) return not_a_picture(picture);
  const PictureSize size = fit_within({width, height}, picture.options.max_side);
  ImageU8 rgb;
  RgbConverter converter;
  if (auto converted = converter.convert(*frame, size.width, size.height, rgb); !converted)
    return fail(ErrorKind::bad_picture, picture.name + " has colours that cannot be converted.");
  return upright(std::move(rgb), orientation_of(picture, *frame));
}

}  // namespace parlante
