#include "media/frame_to_rgb.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <cstring>

namespace parlante {
namespace {

/// The old "J" formats say full range by their name.
AVPixelFormat plain_format(AVPixelFormat format, bool& full_range) noexcept {
  full_range = true;
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      full_range = false;
      return format;
  }
}

int matrix_of(const AVFrame& frame) noexcept {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return SWS_CS_ITU601;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    default:
      return frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
  }
}

void lay_over_white(const std::uint8_t* rgba, std::uint8_t* rgb, int width) noexcept {
  for (int x = 0; x < width; ++x, rgba += 4, rgb += 3)
    for (int c = 0; c < 3; ++c)
      rgb[c] = static_cast<std::uint8_t>((rgba[c] * rgba[3] + 255 * (255 - rgba[3]) + 127) / 255);
}

}  // namespace

Result<> RgbConverter::convert(const AVFrame& frame, int width, int height, ImageU8& rgb) {
  bool named_full = false;
  const AVPixelFormat format = plain_format(static_cast<AVPixelFormat>(frame.format), named_full);
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  if (!description || (description->flags & AV_PIX_FMT_FLAG_HWACCEL) || !sws_isSupportedInput(format))
    return fail(ErrorKind::bad_picture, "The picture's pixel format cannot be converted.");
  const bool alpha = (description->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
  const int channels = alpha ? 4 : 3;
  const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, format, width, height,
                                     alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24, flags, nullptr, nullptr,
                                     nullptr));
  if (!scaler_) return fail(ErrorKind::bad_picture, "The picture's pixel format cannot be converted.");
  const bool rgb_coded = (description->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  const bool grey = !rgb_coded && description->nb_components <= 2;
  const bool full_range =
      named_full || frame.color_range == AVCOL_RANGE_JPEG || (grey && frame.color_range != AVCOL_RANGE_MPEG);
  // swscale goes through YUV when it scales RGB: there by the second matrix and back by the first, so that
  // both must be the same.
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  const int* matrix = rgb_coded ? bt709 : sws_getCoefficients(matrix_of(frame));
  sws_setColorspaceDetails(scaler_.get(), matrix, rgb_coded ? 0 : full_range, bt709, rgb_coded ? 0 : 1, 0,
                           1 << 16, 1 << 16);

  const int stride = (width * channels + 64 + 63) / 64 * 64;
  aligned_.resize(static_cast<std::size_t>(stride) * static_cast<std::size_t>(height) + 64);
  std::uint8_t* planes[4] = {aligned_.data()};
  const int strides[4] = {stride};
  if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes, strides) <= 0)
    return fail(ErrorKind::bad_picture, "The picture cannot be converted.");

  if (rgb.width != width || rgb.height != height || rgb.channels != 3) rgb = ImageU8(width, height, 3);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* row = aligned_.data() + static_cast<std::ptrdiff_t>(y) * stride;
    if (alpha)
      lay_over_white(row, rgb.row(y), width);
    else
      std::memcpy(rgb.row(y), row, rgb.stride());
  }
  return {};
}

}  // namespace parlante
