#include <algorithm>
#include <vector>

#include "media/ffmpeg.hpp"
#include "media/live_audio_encoder.hpp"
#include "media/live_encoder.hpp"

namespace parlante {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ffmpeg::words;

constexpr int kOpusRate = 48000;   ///< of Opus in MP4, whatever its input was
constexpr int kAvioBuffer = 4096;  ///< what the muxer writes passes through it

// FFmpeg 7 made the buffer const.
#if LIBAVFORMAT_VERSION_MAJOR >= 61
using Written = const std::uint8_t;
#else
using Written = std::uint8_t;
#endif

int append(void* opaque, Written* bytes, int size) {
  auto& into = *static_cast<Bytes*>(opaque);
  try {
    into.insert(into.end(), bytes, bytes + size);
  } catch (const std::bad_alloc&) {
    return AVERROR(ENOMEM);
  }
  return size;
}

struct FreeMuxer {
  void operator()(AVFormatContext* muxer) const noexcept {
    // Never finished with a trailer: the muxer's own memory is released here.
    if (AVIOContext* io = muxer->pb) {
      av_freep(&io->buffer);
      avio_context_free(&muxer->pb);
    }
    avformat_free_context(muxer);
  }
};

bool give_header(AVCodecParameters& to, std::span<const std::uint8_t> header) {
  to.extradata = static_cast<std::uint8_t*>(av_mallocz(header.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (!to.extradata) return false;
  std::copy(header.begin(), header.end(), to.extradata);
  to.extradata_size = static_cast<int>(header.size());
  return true;
}

}  // namespace

struct FragmentedMp4::State {
  std::unique_ptr<AVFormatContext, FreeMuxer> muxer;
  AVStream* video = nullptr;
  AVStream* audio = nullptr;
  AVRational frame_time{1, 25};
  ffmpeg::Packet packet;
  Bytes init, written, given;
  std::string codecs;
  std::int64_t last_index = -1, shown_for = 1;  // of the last picture, in frames
  bool added = false;

  Result<> start(const LiveVideoEncoder& encoder, const LiveAudioEncoder* sound);
  Result<> write(AVStream& stream, std::span<const std::uint8_t> bytes, std::int64_t at, AVRational unit,
                 std::int64_t length, bool key);
};

Result<> FragmentedMp4::State::start(const LiveVideoEncoder& encoder, const LiveAudioEncoder* sound) {
  const auto no_memory = [] {
    return fail(ErrorKind::failed, "There is not enough memory for a live movie.");
  };
  AVFormatContext* raw = nullptr;
  avformat_alloc_output_context2(&raw, nullptr, "mp4", nullptr);
  if (!raw) return fail(ErrorKind::failed, "This machine's FFmpeg cannot write mp4 files.");
  muxer.reset(raw);
  packet.reset(av_packet_alloc());
  auto* buffer = static_cast<unsigned char*>(av_malloc(kAvioBuffer));
  raw->pb = buffer ? avio_alloc_context(buffer, kAvioBuffer, 1, &written, nullptr, append, nullptr) : nullptr;
  if (!raw->pb) av_free(buffer);
  video = avformat_new_stream(raw, nullptr);
  audio = sound ? avformat_new_stream(raw, nullptr) : nullptr;
  if (!packet || !raw->pb || !video || (sound && !audio)) return no_memory();
  raw->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  raw->avoid_negative_ts = 0;

  const LiveVideoSettings& pictures = encoder.settings();
  frame_time = {static_cast<int>(pictures.rate.den), static_cast<int>(pictures.rate.num)};
  AVCodecParameters& v = *video->codecpar;
  v.codec_type = AVMEDIA_TYPE_VIDEO;
  v.codec_id = AV_CODEC_ID_H264;
  v.width = pictures.width;
  v.height = pictures.height;
  v.format = AV_PIX_FMT_YUV420P;
  v.color_range = AVCOL_RANGE_MPEG;
  v.color_space = AVCOL_SPC_BT709;
  v.color_primaries = AVCOL_PRI_BT709;
  v.color_trc = AVCOL_TRC_BT709;
  video->time_base = frame_time;
  video->avg_frame_rate = {frame_time.den, frame_time.num};
  if (!give_header(v, encoder.headers())) return no_memory();
  if (audio) {
    avcodec_parameters_from_context(audio->codecpar, sound->state_->codec.get());
    audio->codecpar->sample_rate = kOpusRate;
    audio->time_base = {1, kOpusRate};
  }

  AVDictionary* options = nullptr;
  // frag_discont: times count from the stream's start even where pieces were left out. skip_trailer: no list
  // of fragments is kept, which would grow for ever.
  av_dict_set(&options, "movflags", "empty_moov+default_base_moof+frag_custom+frag_discont+skip_trailer", 0);
  av_dict_set(&options, "use_editlist", "0", 0);
  const int error = avformat_write_header(raw, &options);
  av_dict_free(&options);
  if (error < 0) return fail(ErrorKind::failed, "The live movie could not be begun: " + words(error) + ".");
  avio_flush(raw->pb);
  init.swap(written);
  codecs = encoder.codec_name() + (audio ? ", opus" : "");
  return {};
}

Result<FragmentedMp4> FragmentedMp4::open(const LiveVideoEncoder& video, const LiveAudioEncoder* audio) {
  ffmpeg::silence();
  auto state = std::make_unique<State>();
  if (auto started = state->start(video, audio); !started) return pass_on(std::move(started));
  return FragmentedMp4(std::move(state));
}

Result<> FragmentedMp4::State::write(AVStream& stream, std::span<const std::uint8_t> bytes, std::int64_t at,
                                     AVRational unit, std::int64_t length, bool key) {
  // Not reference-counted: the muxer copies what it keeps until the fragment is written.
  av_packet_unref(packet.get());
  packet->data = const_cast<std::uint8_t*>(bytes.data());
  packet->size = static_cast<int>(bytes.size());
  packet->pts = packet->dts = at;
  packet->duration = length;
  packet->stream_index = stream.index;
  packet->flags = key ? AV_PKT_FLAG_KEY : 0;
  av_packet_rescale_ts(packet.get(), unit, stream.time_base);
  if (const int error = av_write_frame(muxer.get(), packet.get()); error < 0)
    return fail(ErrorKind::failed, "The live movie could not be written: " + words(error) + ".");
  added = true;
  return {};
}

std::span<const std::uint8_t> FragmentedMp4::init_segment() const noexcept {
  return state_->init;
}

std::string FragmentedMp4::mime() const {
  return "video/mp4; codecs=\"" + state_->codecs + "\"";
}

Result<> FragmentedMp4::add(const EncodedPicture& picture) {
  State& s = *state_;
  // How long a frame is shown is known only when the next one comes; where frames are left out regularly, it
  // is as long as the last one was.
  if (s.last_index < picture.index)
    s.shown_for = std::clamp<std::int64_t>(picture.index - s.last_index, 1, 8);
  s.last_index = picture.index;
  return s.write(*s.video, picture.bytes.subspan(picture.header_bytes), picture.index, s.frame_time,
                 s.shown_for, picture.key);
}

Result<> FragmentedMp4::add(const EncodedSound& sound) {
  State& s = *state_;
  if (!s.audio) return fail(ErrorKind::usage, "This live movie was opened without sound.");
  if (sound.at_48k < 0) return {};
  return s.write(*s.audio, sound.bytes, sound.at_48k, {1, kOpusRate}, sound.samples_48k, true);
}

Result<std::span<const std::uint8_t>> FragmentedMp4::fragment() {
  State& s = *state_;
  s.given.clear();
  if (!s.added) return s.given;
  s.added = false;
  int error = av_write_frame(s.muxer.get(), nullptr);
  avio_flush(s.muxer->pb);
  if (error >= 0) error = s.muxer->pb->error;
  if (error < 0) return fail(ErrorKind::failed, "The live movie could not be written: " + words(error) + ".");
  s.given.swap(s.written);
  return s.given;
}

FragmentedMp4::FragmentedMp4(std::unique_ptr<State> state) : state_(std::move(state)) {}
FragmentedMp4::~FragmentedMp4() = default;
FragmentedMp4::FragmentedMp4(FragmentedMp4&&) noexcept = default;
FragmentedMp4& FragmentedMp4::operator=(FragmentedMp4&&) noexcept = default;

}  // namespace parlante
