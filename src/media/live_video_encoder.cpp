#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/yuv.hpp"
#include "media/codec_settings.hpp"
#include "media/ffmpeg.hpp"
#include "media/live_encoder.hpp"

namespace parlante {
namespace {

using ffmpeg::words;

/// Seconds of the bitrate that a key frame may take at once.
constexpr double kBufferS = .5;
constexpr int kLeastSide = 32, kMostSide = 4096, kMostThreads = 8;

Result<> check(const LiveVideoSettings& s) {
  const auto fits = [](int side) { return side >= kLeastSide && side <= kMostSide && side % 2 == 0; };
  if (!fits(s.width) || !fits(s.height))
    return fail(ErrorKind::usage, "A live picture's sides must be even, from 32 to 4096 pixels.");
  if (s.rate.num <= 0 || s.rate.den <= 0 || s.rate.num > 1'000'000 || s.rate.den > 1'000'000 ||
      s.rate.value() < 1 || s.rate.value() > 120)
    return fail(ErrorKind::usage, "A live picture's frame rate must be from 1 to 120 frames per second.");
  if (s.threads < 1 || s.threads > kMostThreads)
    return fail(ErrorKind::usage, "A live picture's encoder takes 1 to 8 threads.");
  if (!(s.key_every_s > 0 && s.key_every_s <= 3600))
    return fail(ErrorKind::usage, "Key frames must come at least once an hour.");
  return {};
}

int in_range(int bits) noexcept {
  return std::clamp(bits, kLeastVideoBits, kMostVideoBits);
}

void set_rate(AVCodecContext& c, int bits) noexcept {
  c.bit_rate = bits;
  c.rc_max_rate = bits;
  c.rc_buffer_size = static_cast<int>(kBufferS * bits);
}

/// The first SPS (NAL type 7) of an Annex B stream; empty where there is none.
std::span<const std::uint8_t> find_sps(std::span<const std::uint8_t> stream) noexcept {
  for (std::size_t i = 0; i + 6 < stream.size(); ++i)
    if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1 && (stream[i + 3] & 31) == 7)
      return stream.subspan(i + 3);
  return {};
}

}  // namespace

struct LiveVideoEncoder::State {
  LiveVideoSettings settings;
  ffmpeg::Codec codec;
  ffmpeg::Frame frame;
  ffmpeg::Packet packet;
  std::atomic<int> bits;
  std::atomic<bool> key_asked = false;
  std::int64_t last_index = -1;
  bool any = false;
  std::vector<std::uint8_t> with_headers;  // a key frame behind its headers

  Result<> start();
  std::span<const std::uint8_t> headers() const noexcept {
    return {codec->extradata, static_cast<std::size_t>(codec->extradata_size)};
  }
};

Result<> LiveVideoEncoder::State::start() {
  const AVCodec* x264 = avcodec_find_encoder_by_name("libx264");
  if (!x264)
    return fail(ErrorKind::failed,
                "This machine's FFmpeg has no H.264 encoder (libx264); install the full libavcodec package.");
  codec.reset(avcodec_alloc_context3(x264));
  frame.reset(av_frame_alloc());
  packet.reset(av_packet_alloc());
  if (!codec || !frame || !packet)
    return fail(ErrorKind::failed, "There is not enough memory to encode live pictures.");
  AVCodecContext& c = *codec;
  set_picture(settings.width, settings.height, settings.rate, c);
  c.pix_fmt = AV_PIX_FMT_YUV420P;
  c.gop_size = std::max(1, static_cast<int>(std::lround(settings.key_every_s * settings.rate.value())));
  c.max_b_frames = 0;
  c.thread_count = settings.threads;
  c.thread_type = FF_THREAD_SLICE;
  c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_LOW_DELAY;
  set_rate(c, bits.load());
  // Scene cuts would be found only by looking ahead; a face has none.
  const bool taken = av_opt_set(c.priv_data, "preset", "superfast", 0) >= 0 &&
                     av_opt_set(c.priv_data, "tune", "zerolatency", 0) >= 0 &&
                     av_opt_set(c.priv_data, "profile", "baseline", 0) >= 0 &&
                     av_opt_set(c.priv_data, "forced-idr", "1", 0) >= 0 &&
                     av_opt_set(c.priv_data, "x264-params", "scenecut=0", 0) >= 0;
  if (!taken) return fail(ErrorKind::failed, "The H.264 encoder refused its settings for live pictures.");
  if (const int error = avcodec_open2(&c, x264, nullptr); error < 0)
    return fail(ErrorKind::failed, "The H.264 encoder refused " + std::to_string(c.width) + "x" +
                                       std::to_string(c.height) + ": " + words(error) + ".");
  if (find_sps(headers()).empty())
    return fail(ErrorKind::failed, "The H.264 encoder gave no headers for live pictures.");
  if (!make_picture(c, *frame))
    return fail(ErrorKind::failed, "There is not enough memory to encode live pictures.");
  return {};
}

Result<LiveVideoEncoder> LiveVideoEncoder::open(const LiveVideoSettings& settings) {
  ffmpeg::silence();
  if (auto fine = check(settings); !fine) return pass_on(std::move(fine));
  auto state = std::make_unique<State>();
  state->settings = settings;
  state->bits = in_range(settings.bits_per_second);
  if (auto started = state->start(); !started) return pass_on(std::move(started));
  return LiveVideoEncoder(std::move(state));
}

Result<EncodedPicture> LiveVideoEncoder::encode(const ImageU8& rgb, std::int64_t index) {
  State& s = *state_;
  AVCodecContext& c = *s.codec;
  if (rgb.width != c.width || rgb.height != c.height || rgb.channels != 3)
    return fail(ErrorKind::usage, "A live frame has not the size of its stream or is not RGB.");
  if (s.any && index <= s.last_index)
    return fail(ErrorKind::usage, "A live frame does not come after the one before it.");
  s.any = true;
  s.last_index = index;
  if (const int bits = s.bits.load(std::memory_order_relaxed); bits != c.bit_rate) set_rate(c, bits);
  // x264 keeps no reference to the frame after it returned, so this allocates nothing.
  if (av_frame_make_writable(s.frame.get()) < 0)
    return fail(ErrorKind::failed, "There is not enough memory to encode live pictures.");
  static const YuvFn to_yuv = fast_yuv420();
  to_yuv(rgb.pixels.data(), static_cast<int>(rgb.stride()), rgb.width, rgb.height,
         {s.frame->data[0], s.frame->data[1], s.frame->data[2], s.frame->linesize[0], s.frame->linesize[1],
          s.frame->linesize[2]});
  s.frame->pts = index;
  s.frame->pict_type =
      s.key_asked.exchange(false, std::memory_order_relaxed) ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  int error = avcodec_send_frame(&c, s.frame.get());
  av_packet_unref(s.packet.get());
  if (error >= 0) error = avcodec_receive_packet(&c, s.packet.get());
  if (error < 0) return fail(ErrorKind::failed, "The H.264 encoder failed: " + words(error) + ".");
  EncodedPicture picture;
  picture.index = index;
  picture.key = (s.packet->flags & AV_PKT_FLAG_KEY) != 0;
  picture.bytes = {s.packet->data, static_cast<std::size_t>(s.packet->size)};
  if (picture.key) {
    const auto headers = s.headers();
    picture.header_bytes = headers.size();
    s.with_headers.assign(headers.begin(), headers.end());
    s.with_headers.insert(s.with_headers.end(), picture.bytes.begin(), picture.bytes.end());
    picture.bytes = s.with_headers;
  }
  return picture;
}

void LiveVideoEncoder::set_bitrate(int bits_per_second) noexcept {
  // x264 is told in kbit/s; anything finer would make it set itself up anew each time.
  state_->bits.store(in_range(bits_per_second) / 1000 * 1000, std::memory_order_relaxed);
}

int LiveVideoEncoder::bitrate() const noexcept {
  return state_->bits.load(std::memory_order_relaxed);
}

void LiveVideoEncoder::ask_key_frame() noexcept {
  state_->key_asked.store(true, std::memory_order_relaxed);
}

const LiveVideoSettings& LiveVideoEncoder::settings() const noexcept {
  return state_->settings;
}

std::span<const std::uint8_t> LiveVideoEncoder::headers() const noexcept {
  return state_->headers();
}

std::string LiveVideoEncoder::codec_name() const {
  const auto sps = find_sps(headers());  // found when it was opened: NAL header, profile, constraints, level
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "avc1.%02X%02X%02X", sps[1], sps[2], sps[3]);
  return name.data();
}

LiveVideoEncoder::LiveVideoEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveVideoEncoder::~LiveVideoEncoder() = default;
LiveVideoEncoder::LiveVideoEncoder(LiveVideoEncoder&&) noexcept = default;
LiveVideoEncoder& LiveVideoEncoder::operator=(LiveVideoEncoder&&) noexcept = default;

}  // namespace parlante
