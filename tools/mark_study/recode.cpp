#include "recode.hpp"

#include "media/ffmpeg.hpp"
#include "media/frame_to_rgb.hpp"

namespace parlante::mark_study {
namespace {

using ffmpeg::Codec;

Result<Codec> open_encoder(const std::string& name, int crf, int width, int height) {
  const AVCodec* encoder = avcodec_find_encoder_by_name(name.c_str());
  if (!encoder) return fail(ErrorKind::failed, "This FFmpeg has no encoder " + name + ".");
  Codec codec(avcodec_alloc_context3(encoder));
  codec->width = width, codec->height = height;
  codec->pix_fmt = AV_PIX_FMT_YUV420P;
  codec->time_base = {1, 25}, codec->framerate = {25, 1};
  codec->thread_count = 2;
  codec->bit_rate = 0;
  av_opt_set_int(codec->priv_data, "crf", crf, 0);
  if (name == "libx265") av_opt_set(codec->priv_data, "x265-params", "log-level=none", 0);
  if (name == "libvpx-vp9")
    av_opt_set(codec->priv_data, "deadline", "realtime", 0),
        av_opt_set_int(codec->priv_data, "cpu-used", 6, 0);
  if (name == "libsvtav1") av_opt_set_int(codec->priv_data, "preset", 8, 0);
  if (name == "libaom-av1") av_opt_set_int(codec->priv_data, "cpu-used", 8, 0);
  if (const int error = avcodec_open2(codec.get(), encoder, nullptr); error < 0)
    return fail(ErrorKind::failed, name + " does not open: " + ffmpeg::words(error) + ".");
  return codec;
}

Result<Codec> open_decoder_of(const AVCodecContext& encoder) {
  const AVCodec* decoder = avcodec_find_decoder(encoder.codec_id);
  if (!decoder) return fail(ErrorKind::failed, "This FFmpeg cannot read what it wrote.");
  Codec codec(avcodec_alloc_context3(decoder));
  codec->thread_count = 2;
  if (const int error = avcodec_open2(codec.get(), decoder, nullptr); error < 0)
    return fail(ErrorKind::failed, "The decoder does not open: " + ffmpeg::words(error) + ".");
  return codec;
}

}  // namespace

Result<Recoded> recode(const std::vector<ImageU8>& frames, const std::string& name, int crf) {
  ffmpeg::silence();
  const int width = frames.front().width & ~1, height = frames.front().height & ~1;
  auto encoder = open_encoder(name, crf, width, height);
  if (!encoder) return pass_on(std::move(encoder));
  auto decoder = open_decoder_of(**encoder);
  if (!decoder) return pass_on(std::move(decoder));
  const ffmpeg::Scaler scaler(sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height,
                                             AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr, nullptr, nullptr));
  const ffmpeg::Packet packet(av_packet_alloc());
  const ffmpeg::Frame picture(av_frame_alloc()), decoded(av_frame_alloc());
  RgbConverter to_rgb;
  Recoded result;

  const auto drain_decoder = [&]() -> Result<> {
    while (avcodec_receive_frame(decoder->get(), decoded.get()) == 0) {
      ImageU8& out = result.frames.emplace_back(width, height, 3);
      if (auto converted = to_rgb.convert(*decoded, width, height, out); !converted) return converted;
    }
    return {};
  };
  const auto drain_encoder = [&]() -> Result<> {
    while (avcodec_receive_packet(encoder->get(), packet.get()) == 0) {
      result.bytes += static_cast<std::size_t>(packet->size);
      avcodec_send_packet(decoder->get(), packet.get());
      av_packet_unref(packet.get());
      if (auto drained = drain_decoder(); !drained) return drained;
    }
    return {};
  };

  for (std::size_t i = 0; i < frames.size(); ++i) {
    picture->format = AV_PIX_FMT_YUV420P, picture->width = width, picture->height = height;
    if (av_frame_get_buffer(picture.get(), 0) < 0) return fail(ErrorKind::failed, "No memory.");
    const std::uint8_t* rows[4] = {frames[i].pixels.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(frames[i].stride()), 0, 0, 0};
    sws_scale(scaler.get(), rows, strides, 0, height, picture->data, picture->linesize);
    picture->pts = static_cast<std::int64_t>(i);
    avcodec_send_frame(encoder->get(), picture.get());
    av_frame_unref(picture.get());
    if (auto drained = drain_encoder(); !drained) return tl::unexpected(drained.error());
  }
  avcodec_send_frame(encoder->get(), nullptr);
  if (auto drained = drain_encoder(); !drained) return tl::unexpected(drained.error());
  avcodec_send_packet(decoder->get(), nullptr);
  if (auto drained = drain_decoder(); !drained) return tl::unexpected(drained.error());
  return result;
}

}  // namespace parlante::mark_study
