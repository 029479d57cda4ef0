#include "media/movie_writer.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string_view>

#include "media/atomic_file.hpp"
#include "media/ffmpeg.hpp"
#include "media/movie_encoders.hpp"

namespace parlante {
namespace {

/// Encoded sound ahead of the picture waits, so that both lie side by side in the file and sound beyond the
/// last frame can be dropped; no more than this many seconds of it (about 1.2 MB) are kept.
constexpr int kLongestWaitS = 60;

constexpr std::array kAacRates{8000,  11025, 12000, 16000, 22050, 24000,
                               32000, 44100, 48000, 64000, 88200, 96000};

// Checked here because x264 itself would complain on stderr.
constexpr std::array<std::string_view, 10> kPresets{"ultrafast", "superfast", "veryfast", "faster",
                                                    "fast",      "medium",    "slow",     "slower",
                                                    "veryslow",  "placebo"};

struct FreeMuxer {
  void operator()(AVFormatContext* muxer) const noexcept {
    if (muxer->pb) avio_closep(&muxer->pb);
    avformat_free_context(muxer);
  }
};

Result<> check(const MovieSettings& settings) {
  const auto side_fits = [](int side) { return side >= 16 && side <= 8192 && side % 2 == 0; };
  if (!side_fits(settings.width) || !side_fits(settings.height))
    return fail(ErrorKind::usage, "A movie's sides must be even, from 16 to 8192 pixels.");
  const Rational rate = settings.rate;
  if (rate.num <= 0 || rate.den <= 0 || rate.num > 1'000'000 || rate.den > 1'000'000 || rate.value() < 1 ||
      rate.value() > 240)
    return fail(ErrorKind::usage, "A movie's frame rate must be from 1 to 240 frames per second.");
  if (std::find(kPresets.begin(), kPresets.end(), settings.preset) == kPresets.end())
    return fail(ErrorKind::usage,
                "x264 has no preset " + settings.preset + "; from ultrafast to placebo, veryfast is usual.");
  if (settings.crf < 0 || settings.crf > 51)
    return fail(ErrorKind::usage, "The rate factor must be from 0 to 51.");
  if (settings.form.container == Container::webm && settings.audio_rate != 48000)
    return fail(ErrorKind::usage, "Opus takes sound of 48000 Hz here.");
  if (std::find(kAacRates.begin(), kAacRates.end(), settings.audio_rate) == kAacRates.end())
    return fail(ErrorKind::usage,
                "AAC has no sample rate of " + std::to_string(settings.audio_rate) + " Hz; 48000 is usual.");
  if (settings.audio_channels < 1 || settings.audio_channels > 2)
    return fail(ErrorKind::usage, "A movie's sound has one or two channels.");
  if (settings.threads < 0 || settings.audio_bits_per_second < 8000 ||
      settings.audio_bits_per_second > 512000)
    return fail(ErrorKind::usage, "The number of threads or the sound's bit rate is out of range.");
  return {};
}

}  // namespace

struct MovieWriter::State {
  std::string target, name;  // the name is for sentences
  MovieSettings settings;
  std::optional<AtomicFile> file;  // none when written straight to a pipe or device
  std::unique_ptr<AVFormatContext, FreeMuxer> muxer;
  AVStream* video_stream = nullptr;
  AVStream* audio_stream = nullptr;
  VideoEncoder video;
  AudioEncoder audio;
  std::deque<ffmpeg::Packet> waiting_sound;
  double picture_written_to = 0;  // seconds, by decoding time
  std::optional<Error> failure;   // why nothing can be added any more; every later call repeats it

  Result<> start(bool in_pieces);
  Result<> write(ffmpeg::Packet packet, const AVCodecContext& codec, AVStream& stream);
  Result<> take_picture(ffmpeg::Packet packet);
  Result<> take_sound(ffmpeg::Packet packet);
  Result<> release_sound();
  Result<> finish_streams();
  Result<> keep(Result<> result);
  Error file_error(int error) const {
    return {ErrorKind::failed, name + " cannot be written: " + ffmpeg::words(error) + "."};
  }
};

Result<> MovieWriter::State::keep(Result<> result) {
  if (!result && !failure) failure = result.error();
  return result;
}

Result<> MovieWriter::State::start(bool in_pieces) {
  AVFormatContext* raw = nullptr;
  const Container container = settings.form.container;
  const char* format = container == Container::mp4 ? "mp4" : container == Container::webm ? "webm" : "mov";
  avformat_alloc_output_context2(&raw, nullptr, format, nullptr);
  if (!raw)
    return fail(ErrorKind::failed, std::string("This machine's FFmpeg cannot write ") + format + " files.");
  muxer.reset(raw);
  if (auto opened = video.open(settings); !opened) return opened;
  if (auto opened = audio.open(settings); !opened) return opened;
  video_stream = avformat_new_stream(raw, nullptr);
  audio_stream = avformat_new_stream(raw, nullptr);
  if (!video_stream || !audio_stream)
    return fail(ErrorKind::failed, "There is not enough memory to write the movie.");
  avcodec_parameters_from_context(video_stream->codecpar, video.codec());
  avcodec_parameters_from_context(audio_stream->codecpar, audio.codec());
  video_stream->time_base = video.codec()->time_base;
  video_stream->avg_frame_rate = video.codec()->framerate;
  audio_stream->time_base = audio.codec()->time_base;
  if (container == Container::webm && settings.form.alpha)
    av_dict_set(&video_stream->metadata, "alpha_mode", "1", 0);

  if (!settings.comment.empty()) av_dict_set(&raw->metadata, "comment", settings.comment.c_str(), 0);

  if (container == Container::webm && !settings.digital_source_type.empty())
    av_dict_set(&raw->metadata, "DIGITAL_SOURCE_TYPE", settings.digital_source_type.c_str(), 0);

  // Fast start reads the finished file again by this name.
  const std::string url = file            ? "file:" + file->temporary().string()
                          : target == "-" ? "pipe:1"
                                          : "file:" + target;
  raw->url = av_strdup(url.c_str());
  if (const int error = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); error < 0)
    return tl::unexpected(file_error(error));
  AVDictionary* options = nullptr;
  // delay_moov: only so does a fragmented file get the edit list that hides the AAC encoder's priming.
  if (container != Container::webm)
    av_dict_set(&options, "movflags", in_pieces ? "frag_keyframe+delay_moov+default_base_moof" : "faststart",
                0);
  const int error = avformat_write_header(raw, &options);
  av_dict_free(&options);
  if (error < 0) return tl::unexpected(file_error(error));
  return {};
}

Result<> MovieWriter::State::write(ffmpeg::Packet packet, const AVCodecContext& codec, AVStream& stream) {
  av_packet_rescale_ts(packet.get(), codec.time_base, stream.time_base);
  packet->stream_index = stream.index;
  int error = av_write_frame(muxer.get(), packet.get());
  if (error >= 0) error = muxer->pb->error;
  if (error < 0) return tl::unexpected(file_error(error));
  return {};
}

Result<> MovieWriter::State::take_picture(ffmpeg::Packet packet) {
  if (packet->duration == 0) packet->duration = 1;
  picture_written_to = static_cast<double>(packet->dts) * av_q2d(video.codec()->time_base);
  if (auto written = write(std::move(packet), *video.codec(), *video_stream); !written) return written;
  return release_sound();
}

Result<> MovieWriter::State::take_sound(ffmpeg::Packet packet) {
  waiting_sound.push_back(std::move(packet));
  return release_sound();
}

Result<> MovieWriter::State::release_sound() {
  const double second = settings.audio_rate;
  while (!waiting_sound.empty()) {
    const auto begin = static_cast<double>(waiting_sound.front()->pts),
               newest = static_cast<double>(waiting_sound.back()->pts);
    if (begin / second > picture_written_to && newest - begin < kLongestWaitS * second) return {};
    ffmpeg::Packet packet = std::move(waiting_sound.front());
    waiting_sound.pop_front();
    if (auto written = write(std::move(packet), *audio.codec(), *audio_stream); !written) return written;
  }
  return {};
}

/// The picture's length decides: sound is filled up with silence, or what lies beyond the last frame is
/// dropped.
Result<> MovieWriter::State::finish_streams() {
  if (video.frames() == 0)
    return fail(ErrorKind::failed, "No frame was made, so " + name + " was not written.");
  if (auto done = video.flush([this](ffmpeg::Packet packet) { return take_picture(std::move(packet)); });
      !done)
    return done;
  const std::int64_t end =
      av_rescale(video.frames() * settings.rate.den, settings.audio_rate, settings.rate.num);
  const auto wait = [this](ffmpeg::Packet packet) -> Result<> {
    waiting_sound.push_back(std::move(packet));
    return {};
  };
  if (auto done = audio.flush(end, wait); !done) return done;
  for (ffmpeg::Packet& packet : waiting_sound) {
    if (packet->pts >= end) break;
    packet->duration = std::min(packet->duration, end - packet->pts);
    if (auto written = write(std::move(packet), *audio.codec(), *audio_stream); !written) return written;
  }
  waiting_sound.clear();
  int error = av_write_trailer(muxer.get());
  if (error >= 0 && muxer->pb) error = muxer->pb->error;
  const int closed = avio_closep(&muxer->pb);
  if (error >= 0) error = closed;
  if (error < 0) return tl::unexpected(file_error(error));
  video.close();
  return file ? file->commit(settings.last_step) : Result<>{};
}

Result<MovieWriter> MovieWriter::open(const std::string& target, const MovieSettings& settings) {
  ffmpeg::silence();
  if (auto fine = check(settings); !fine) return pass_on(std::move(fine));
  auto state = std::make_unique<State>();
  state->target = target;
  state->name = target == "-" ? "Standard output" : target;
  state->settings = settings;
  const bool in_pieces = target == "-" || is_special_file(target);
  if (!in_pieces) {
    auto file = AtomicFile::create(target);
    if (!file) return pass_on(std::move(file));
    state->file = std::move(*file);
  }
  if (auto started = state->start(in_pieces); !started) return pass_on(std::move(started));
  return MovieWriter(std::move(state));
}

Result<> MovieWriter::write_frame(const ImageU8& rgb) {
  auto& s = *state_;
  if (s.failure) return tl::unexpected(*s.failure);
  return s.keep(
      s.video.encode(rgb, [&s](ffmpeg::Packet packet) { return s.take_picture(std::move(packet)); }));
}

Result<> MovieWriter::write_frame_yuv420(std::span<const std::uint8_t> y, std::span<const std::uint8_t> u,
                                         std::span<const std::uint8_t> v) {
  auto& s = *state_;
  if (s.failure) return tl::unexpected(*s.failure);
  return s.keep(
      s.video.encode(y, u, v, [&s](ffmpeg::Packet packet) { return s.take_picture(std::move(packet)); }));
}

Result<> MovieWriter::write_audio(std::span<const float> interleaved) {
  auto& s = *state_;
  if (s.failure) return tl::unexpected(*s.failure);
  return s.keep(
      s.audio.encode(interleaved, [&s](ffmpeg::Packet packet) { return s.take_sound(std::move(packet)); }));
}

Result<> MovieWriter::finish() {
  auto& s = *state_;
  if (s.failure) return tl::unexpected(*s.failure);
  auto done = s.keep(s.finish_streams());
  if (done)
    s.failure = Error{ErrorKind::usage, s.name + " is finished; nothing can be added."};
  else
    s.file.reset();
  return done;
}

MovieWriter::MovieWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
MovieWriter::~MovieWriter() = default;
MovieWriter::MovieWriter(MovieWriter&&) noexcept = default;
MovieWriter& MovieWriter::operator=(MovieWriter&&) noexcept = default;

}  // namespace parlante
