#include "media/ffmpeg.hpp"

#include <unistd.h>

#include <cstdarg>
#include <filesystem>
#include <mutex>

namespace parlante::ffmpeg {
namespace {

void drop_message(void*, int, const char*, va_list) {}

// Demuxers of single files. Not in it on purpose: hls, dash, concat, sdp, rtsp, image2 and others that open
// further files or addresses named in their input, and the text formats (tty, subtitles) that would accept
// any text.
constexpr const char* kContainers =
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dts,dtshd,eac3,flac,flv,gif,gsm,gxf,h264,hevc,ivf,loas,"
    "m4v,"
    "matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,mpegvideo,mxf,nut,ogg,oma,rm,shn,sox,swf,tta,voc,w64,wav,webm,wtv,"
    "wv,"
    "xwma,yuv4mpegpipe,mp4,m4a,3gp,3g2,mj2,obu,av1,vc1,dv,rso,avs2,aptx,truehd,mlp,spdif,nist,avr,ircam,svx";

Result<> look_at_path(const std::string& source, ErrorKind kind) {
  std::error_code error;
  const auto status = std::filesystem::status(source, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return fail(kind, "There is no file " + source + ".");
  if (error) return fail(kind, source + " cannot be read: " + error.message() + ".");
  if (std::filesystem::is_directory(status)) return fail(kind, source + " is a folder, not a file.");
  if (access(source.c_str(), R_OK) != 0) return fail(kind, source + " cannot be read: permission denied.");
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(source, error) == 0 && !error)
    return fail(kind, source + " is empty.");
  return {};
}

}  // namespace

void silence() {
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(drop_message); });
}

std::string words(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  if (av_strerror(error, text, sizeof text) < 0) return "error " + std::to_string(error);
  return text;
}

std::string name_of(const std::string& source) {
  return source == "-" ? "Standard input" : source;
}

Result<Input> open_input(const std::string& source, ErrorKind kind) {
  silence();
  const bool standard_input = source == "-";
  if (!standard_input) {
    if (auto fine = look_at_path(source, kind); !fine) return pass_on(std::move(fine));
  }
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kContainers, 0);
  av_dict_set(&options, "protocol_whitelist", "file,pipe", 0);
  // "file:" keeps a name like "http:x" a name.
  const std::string url = standard_input ? "pipe:0" : "file:" + source;
  AVFormatContext* opened = nullptr;
  int error = avformat_open_input(&opened, url.c_str(), nullptr, &options);
  av_dict_free(&options);
  Input input(opened);
  if (error >= 0) error = avformat_find_stream_info(input.get(), nullptr);
  if (error == AVERROR(ENOMEM))
    return fail(ErrorKind::failed, "There is not enough memory to read " + name_of(source) + ".");
  if (error < 0) {
    const std::string hint =
        standard_input ? " (an MP4 whose index is at its end must be given as a file)" : "";
    return fail(kind, name_of(source) + " is not a sound or video file that can be decoded" + hint + ".");
  }
  return input;
}

Result<Codec> open_decoder(const AVStream& stream, int threads, ErrorKind kind, const std::string& name) {
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  if (!decoder)
    return fail(kind, name + " is coded as " + avcodec_get_name(stream.codecpar->codec_id) +
                          ", for which this machine's FFmpeg has no decoder.");
  Codec codec(avcodec_alloc_context3(decoder));
  if (!codec) return fail(ErrorKind::failed, "There is not enough memory to decode " + name + ".");
  int error = avcodec_parameters_to_context(codec.get(), stream.codecpar);
  codec->pkt_timebase = stream.time_base;
  codec->thread_count = threads;
  if (error >= 0) error = avcodec_open2(codec.get(), decoder, nullptr);
  if (error < 0) return fail(kind, name + " cannot be decoded: " + words(error) + ".");
  return codec;
}

}  // namespace parlante::ffmpeg
