#include "media/movie_encoders.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/yuv.hpp"
#include "media/codec_settings.hpp"

namespace parlante {
namespace {

using ffmpeg::words;

constexpr int kPcmPiece = 1024;  // samples; PCM takes any number

/// Sends a frame (nullptr: flush) and hands on every packet that is ready.
Result<> run_encoder(AVCodecContext& codec, const AVFrame* frame, const PacketTaker& take) {
  int error = avcodec_send_frame(&codec, frame);
  if (error < 0 && error != AVERROR_EOF)
    return fail(ErrorKind::failed,
                std::string("The ") + codec.codec->name + " encoder failed: " + words(error) + ".");
  while (true) {
    ffmpeg::Packet packet(av_packet_alloc());
    if (!packet) return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
    error = avcodec_receive_packet(&codec, packet.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return {};
    if (error < 0)
      return fail(ErrorKind::failed,
                  std::string("The ") + codec.codec->name + " encoder failed: " + words(error) + ".");
    if (auto taken = take(std::move(packet)); !taken) return taken;
  }
}

void copy_plane(std::span<const std::uint8_t> from, std::uint8_t* to, int to_stride, int width,
                int height) noexcept {
  for (int y = 0; y < height; ++y)
    std::memcpy(to + static_cast<std::ptrdiff_t>(y) * to_stride,
                from.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width),
                static_cast<std::size_t>(width));
}

}  // namespace

Result<> VideoEncoder::open(const MovieSettings& settings) {
  const auto found = find_video_encoder(settings);
  if (!found) return tl::unexpected(found.error());
  const AVCodec* encoder = *found;
  codec_.reset(avcodec_alloc_context3(encoder));
  frame_.reset(av_frame_alloc());
  if (!codec_ || !frame_) return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
  AVCodecContext& c = *codec_;
  set_picture(settings.width, settings.height, settings.rate, c);
  c.gop_size = static_cast<int>(std::lround(2 * settings.rate.value()));
  c.thread_count = settings.threads;
  c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (auto set = set_video_options(settings, c); !set) return set;
  if (const int error = avcodec_open2(&c, encoder, nullptr); error < 0)
    return fail(ErrorKind::failed, std::string(encoder->name) + " refused " + std::to_string(c.width) + "x" +
                                       std::to_string(c.height) + " with preset \"" + settings.preset +
                                       "\": " + words(error) + ".");
  if (!make_picture(c, *frame_))
    return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
  return {};
}

Result<> VideoEncoder::send(const PacketTaker& take) {
  frame_->pts = frames_++;
  return run_encoder(*codec_, frame_.get(), take);
}

Result<> VideoEncoder::encode(const ImageU8& picture, const PacketTaker& take) {
  const auto form = static_cast<AVPixelFormat>(frame_->format);
  const bool alpha = form == AV_PIX_FMT_YUVA420P || form == AV_PIX_FMT_YUVA444P10;
  const int channels = alpha ? 4 : 3;
  if (picture.width != codec_->width || picture.height != codec_->height || picture.channels != channels)
    return fail(ErrorKind::usage,
                std::string("A frame has not the movie's size or is not ") + (alpha ? "RGBA." : "RGB."));
  if (form == AV_PIX_FMT_YUV420P) {
    if (av_frame_make_writable(frame_.get()) < 0)
      return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
    fast_yuv420()(picture.pixels.data(), static_cast<int>(picture.stride()), picture.width, picture.height,
                  {frame_->data[0], frame_->data[1], frame_->data[2], frame_->linesize[0],
                   frame_->linesize[1], frame_->linesize[2]});
    return send(take);
  }
  if (!rgb_to_yuv_) {
    rgb_to_yuv_.reset(
        sws_getContext(picture.width, picture.height, alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24,
                       picture.width, picture.height, form,
                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr, nullptr, nullptr));
    if (!rgb_to_yuv_) return fail(ErrorKind::failed, "Frames cannot be converted to YUV.");
    const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(rgb_to_yuv_.get(), bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
  }
  if (av_frame_make_writable(frame_.get()) < 0)
    return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
  const std::uint8_t* rows[4] = {picture.pixels.data()};
  const int strides[4] = {picture.width * channels};
  sws_scale(rgb_to_yuv_.get(), rows, strides, 0, picture.height, frame_->data, frame_->linesize);
  return send(take);
}

Result<> VideoEncoder::encode(std::span<const std::uint8_t> y, std::span<const std::uint8_t> u,
                              std::span<const std::uint8_t> v, const PacketTaker& take) {
  const int width = codec_->width, height = codec_->height;
  if (frame_->format != AV_PIX_FMT_YUV420P)
    return fail(ErrorKind::usage, "The movie's codec does not take 4:2:0 planes.");
  const std::size_t luma = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (y.size() != luma || u.size() != luma / 4 || v.size() != luma / 4)
    return fail(ErrorKind::usage, "A frame's planes have not the movie's size.");
  if (av_frame_make_writable(frame_.get()) < 0)
    return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
  copy_plane(y, frame_->data[0], frame_->linesize[0], width, height);
  copy_plane(u, frame_->data[1], frame_->linesize[1], width / 2, height / 2);
  copy_plane(v, frame_->data[2], frame_->linesize[2], width / 2, height / 2);
  return send(take);
}

Result<> VideoEncoder::flush(const PacketTaker& take) {
  return run_encoder(*codec_, nullptr, take);
}

Result<> AudioEncoder::open(const MovieSettings& settings) {
  const auto found = find_audio_encoder(settings);
  if (!found) return tl::unexpected(found.error());
  const AVCodec* encoder = *found;
  codec_.reset(avcodec_alloc_context3(encoder));
  frame_.reset(av_frame_alloc());
  if (!codec_ || !frame_) return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
  AVCodecContext& c = *codec_;
  c.sample_rate = settings.audio_rate;
  c.time_base = {1, settings.audio_rate};
  c.sample_fmt = encoder->id == AV_CODEC_ID_AAC    ? AV_SAMPLE_FMT_FLTP
                 : encoder->id == AV_CODEC_ID_OPUS ? AV_SAMPLE_FMT_FLT
                                                   : AV_SAMPLE_FMT_S16;
  c.bit_rate = settings.audio_bits_per_second;
  c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_channel_layout_default(&c.ch_layout, settings.audio_channels);
  // FFmpeg's manual: better than "twoloop" at such rates and much faster (speech at 160 kbit/s: 45 dB for
  // 31).
  if (encoder->id == AV_CODEC_ID_AAC) av_opt_set(c.priv_data, "aac_coder", "fast", 0);
  if (const int error = avcodec_open2(&c, encoder, nullptr); error < 0)
    return fail(ErrorKind::failed, std::string(encoder->name) + " refused sound of " +
                                       std::to_string(settings.audio_rate) + " Hz: " + words(error) + ".");
  frame_->format = c.sample_fmt;
  frame_->sample_rate = c.sample_rate;
  piece_ = c.frame_size > 0 ? c.frame_size : kPcmPiece;
  frame_->nb_samples = piece_;
  av_channel_layout_copy(&frame_->ch_layout, &c.ch_layout);
  if (av_frame_get_buffer(frame_.get(), 0) < 0)
    return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
  return {};
}

Result<> AudioEncoder::send(const PacketTaker& take) {
  frame_->nb_samples = filled_;
  frame_->pts = samples_ - filled_;
  filled_ = 0;
  return run_encoder(*codec_, frame_.get(), take);
}

/// `count` samples of every channel behind those that the frame holds.
void AudioEncoder::put(std::span<const float> interleaved, int count) noexcept {
  const int channels = codec_->ch_layout.nb_channels;
  const auto sound = [&](int i, int channel) {
    const float sample = interleaved[static_cast<std::size_t>(i * channels + channel)];
    return std::isfinite(sample) ? std::clamp(sample, -1.f, 1.f) : 0.f;
  };
  for (int channel = 0; channel < channels; ++channel)
    for (int i = 0; i < count; ++i) {
      const int at = filled_ + i;
      if (codec_->sample_fmt == AV_SAMPLE_FMT_FLTP)
        reinterpret_cast<float*>(frame_->extended_data[channel])[at] = sound(i, channel);
      else if (codec_->sample_fmt == AV_SAMPLE_FMT_FLT)
        reinterpret_cast<float*>(frame_->extended_data[0])[at * channels + channel] = sound(i, channel);
      else
        reinterpret_cast<std::int16_t*>(frame_->extended_data[0])[at * channels + channel] =
            static_cast<std::int16_t>(std::lround(sound(i, channel) * 32767));
    }
}

Result<> AudioEncoder::encode(std::span<const float> interleaved, const PacketTaker& take) {
  const int channels = codec_->ch_layout.nb_channels;
  if (interleaved.size() % static_cast<std::size_t>(channels) != 0)
    return fail(ErrorKind::usage, "Sound was given that is not whole samples of every channel.");
  const float* next = interleaved.data();
  const float* const last = next + interleaved.size();
  while (next != last) {
    if (filled_ == 0) {
      frame_->nb_samples = piece_;
      if (av_frame_make_writable(frame_.get()) < 0)
        return fail(ErrorKind::failed, "There is not enough memory to encode the movie.");
    }
    const int count = static_cast<int>(std::min<std::ptrdiff_t>(piece_ - filled_, (last - next) / channels));
    put({next, static_cast<std::size_t>(count * channels)}, count);
    next += static_cast<std::ptrdiff_t>(count) * channels;
    filled_ += count;
    samples_ += count;
    if (filled_ == piece_) {
      if (auto sent = send(take); !sent) return sent;
    }
  }
  return {};
}

Result<> AudioEncoder::flush(std::int64_t samples, const PacketTaker& take) {
  const std::vector<float> silence(
      static_cast<std::size_t>(piece_) * static_cast<std::size_t>(codec_->ch_layout.nb_channels), 0.f);
  while (samples_ < samples) {
    const auto count = std::min<std::int64_t>(samples - samples_, piece_);
    const std::span<const float> piece(silence.data(),
                                       static_cast<std::size_t>(count * codec_->ch_layout.nb_channels));
    if (auto filled = encode(piece, take); !filled) return filled;
  }
  if (filled_ > 0) {
    if (auto sent = send(take); !sent) return sent;
  }
  return run_encoder(*codec_, nullptr, take);
}

}  // namespace parlante
