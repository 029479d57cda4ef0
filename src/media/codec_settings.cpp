#include "media/codec_settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parlante {
namespace {

struct Speed {
  const char* preset;  // x264's name
  int vp9, av1;        // cpu-used: higher is faster
};
// Up to 5, VP9 works in its "good" mode; from there on in its realtime mode.
constexpr std::array<Speed, 10> kSpeeds{{{"ultrafast", 8, 8},
                                         {"superfast", 8, 8},
                                         {"veryfast", 7, 8},
                                         {"faster", 5, 7},
                                         {"fast", 4, 6},
                                         {"medium", 3, 5},
                                         {"slow", 2, 4},
                                         {"slower", 1, 3},
                                         {"veryslow", 1, 2},
                                         {"placebo", 0, 1}}};
constexpr int kLastGoodSpeed = 5;

const Speed& speed_of(const std::string& preset) noexcept {
  const auto found =
      std::find_if(kSpeeds.begin(), kSpeeds.end(), [&](const Speed& s) { return preset == s.preset; });
  return found == kSpeeds.end() ? kSpeeds[2] : *found;
}

/// x264's 0 to 51 on the 0 to 63 of VP9 and AV1: 18 becomes 24, 23 becomes 31.
int rate_factor_63(int crf) noexcept {
  return std::clamp(static_cast<int>(std::lround(crf * 4 / 3.0)), 0, 63);
}

const char* encoder_name(VideoCodec codec) noexcept {
  switch (codec) {
    case VideoCodec::h264:
      return "libx264";
    case VideoCodec::vp9:
      return "libvpx-vp9";
    case VideoCodec::av1:
      return "libaom-av1";
    case VideoCodec::prores:
      return "prores_ks";
  }
  return "";
}

Result<const AVCodec*> find(const char* name, const char* what) {
  if (const AVCodec* encoder = avcodec_find_encoder_by_name(name)) return encoder;
  return fail(ErrorKind::failed, std::string("This machine's FFmpeg has no ") + what + " encoder (" + name +
                                     "); install the full libavcodec package or choose another format.");
}

bool set_libvpx(const MovieSettings& settings, AVCodecContext& c) {
  const int speed = speed_of(settings.preset).vp9;
  c.bit_rate = 0;  // the rate factor alone decides
  return av_opt_set_int(c.priv_data, "crf", rate_factor_63(settings.crf), 0) >= 0 &&
         av_opt_set(c.priv_data, "deadline", speed > kLastGoodSpeed ? "realtime" : "good", 0) >= 0 &&
         av_opt_set_int(c.priv_data, "cpu-used", speed, 0) >= 0 &&
         av_opt_set_int(c.priv_data, "row-mt", 1, 0) >= 0 &&
         // A frame with transparency is two: they must come out together, so none may wait for the future.
         (!settings.form.alpha || (av_opt_set_int(c.priv_data, "auto-alt-ref", 0, 0) >= 0 &&
                                   av_opt_set_int(c.priv_data, "lag-in-frames", 0, 0) >= 0));
}

bool set_libaom(const MovieSettings& settings, AVCodecContext& c) {
  c.bit_rate = 0;
  return av_opt_set_int(c.priv_data, "crf", rate_factor_63(settings.crf), 0) >= 0 &&
         av_opt_set(c.priv_data, "usage", "realtime", 0) >= 0 &&
         av_opt_set_int(c.priv_data, "cpu-used", speed_of(settings.preset).av1, 0) >= 0 &&
         av_opt_set_int(c.priv_data, "row-mt", 1, 0) >= 0;
}

bool set_x264(const MovieSettings& settings, AVCodecContext& c) {
  // The usual preset with the smallest sub-pixel search: at the same rate factor as sharp (PSNR and SSIM a
  // little higher on our frames), files a tenth to a sixth larger, a third less time. And without blocks of
  // their own movement within a macroblock: on our frames as large and as sharp (.05 dB), a tenth less time.
  const bool usual = settings.preset == "veryfast";
  return av_opt_set(c.priv_data, "preset", settings.preset.c_str(), 0) >= 0 &&
         (!usual || av_opt_set(c.priv_data, "x264-params", "subme=1:partitions=none", 0) >= 0) &&
         av_opt_set_double(c.priv_data, "crf", settings.crf, 0) >= 0 &&
         // Rate factor 0 is lossless, which the profile "high" has not.
         (settings.crf == 0 || av_opt_set(c.priv_data, "profile", "high", 0) >= 0);
}

/// ProRes has its own quantisers; 4444 with 16 bits of alpha, or 422 HQ.
bool set_prores(const MovieSettings& settings, AVCodecContext& c) {
  return av_opt_set(c.priv_data, "profile", settings.form.alpha ? "4444" : "hq", 0) >= 0 &&
         av_opt_set(c.priv_data, "vendor", "apl0", 0) >= 0 &&
         (!settings.form.alpha || av_opt_set_int(c.priv_data, "alpha_bits", 16, 0) >= 0);
}

}  // namespace

Result<const AVCodec*> find_video_encoder(const MovieSettings& settings) {
  return find(encoder_name(settings.form.codec), name_of(settings.form.codec));
}

Result<> set_video_options(const MovieSettings& settings, AVCodecContext& c) {
  const bool alpha = settings.form.alpha;
  bool taken = false;
  switch (settings.form.codec) {
    case VideoCodec::h264:
      c.pix_fmt = AV_PIX_FMT_YUV420P;
      taken = set_x264(settings, c);
      break;
    case VideoCodec::vp9:
      c.pix_fmt = alpha ? AV_PIX_FMT_YUVA420P : AV_PIX_FMT_YUV420P;
      taken = set_libvpx(settings, c);
      break;
    case VideoCodec::av1:
      c.pix_fmt = AV_PIX_FMT_YUV420P;
      taken = set_libaom(settings, c);
      break;
    case VideoCodec::prores:
      c.pix_fmt = alpha ? AV_PIX_FMT_YUVA444P10 : AV_PIX_FMT_YUV422P10;
      taken = set_prores(settings, c);
      break;
  }
  if (!taken)
    return fail(ErrorKind::usage,
                std::string(name_of(settings.form.codec)) + "'s encoder refused its settings.");
  return {};
}

void set_picture(int width, int height, Rational rate, AVCodecContext& c) noexcept {
  c.width = width;
  c.height = height;
  c.framerate = {static_cast<int>(rate.num), static_cast<int>(rate.den)};
  c.time_base = {static_cast<int>(rate.den), static_cast<int>(rate.num)};
  c.color_range = AVCOL_RANGE_MPEG;
  c.colorspace = AVCOL_SPC_BT709;
  c.color_primaries = AVCOL_PRI_BT709;
  c.color_trc = AVCOL_TRC_BT709;
  c.chroma_sample_location = AVCHROMA_LOC_LEFT;
  c.sample_aspect_ratio = {1, 1};
}

bool make_picture(const AVCodecContext& c, AVFrame& frame) noexcept {
  frame.format = c.pix_fmt;
  frame.width = c.width;
  frame.height = c.height;
  frame.color_range = c.color_range;
  frame.colorspace = c.colorspace;
  return av_frame_get_buffer(&frame, 0) >= 0;
}

Result<const AVCodec*> find_audio_encoder(const MovieSettings& settings) {
  switch (settings.form.container) {
    case Container::mp4:
      return find("aac", "AAC");
    case Container::webm:
      return find("libopus", "Opus");
    case Container::mov:
      return settings.form.codec == VideoCodec::h264 ? find("aac", "AAC") : find("pcm_s16le", "PCM");
  }
  return find("aac", "AAC");
}

}  // namespace parlante
