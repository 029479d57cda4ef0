#include "media/audio_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "media/audio_converter.hpp"
#include "media/ffmpeg.hpp"

namespace parlante {

struct AudioReader::State {
  State(int rate_, int channels_, Sink& sink_)
      : rate(rate_), channels(channels_), sink(&sink_), converter(rate_, channels_) {}

  int rate, channels;
  Sink* sink;
  std::string name;
  ffmpeg::Input input;
  ffmpeg::Codec decoder;
  ffmpeg::Packet packet{av_packet_alloc()};
  ffmpeg::Frame frame{av_frame_alloc()};
  AudioConverter converter;
  AVStream* stream = nullptr;
  bool has_picture = false;               // the sound of a video
  std::int64_t end_pts = AV_NOPTS_VALUE;  // where an MP4's edit list ends the sound
  std::vector<float> ready;               // decoded, interleaved, not yet read
  std::size_t taken = 0;                  // of `ready`
  std::int64_t made = 0;                  // samples given to `ready` so far
  std::int64_t claimed = 0;
  bool claim_is_exact = false;
  bool started = false, draining = false, ended = false;
  bool damaged = false, told_replaced = false;

  Result<> decode_some();
  Result<> take_frame();
  void cut_priming();
  void lead_in();
  void cut_at_end();
  void read_packet();
  Result<> end();
  std::size_t waiting() const { return (ready.size() - taken) / static_cast<std::size_t>(channels); }
};

/// What lies before the time 0 is priming that the demuxer only marked (Matroska, fragmented MP4). Matroska's
/// milliseconds are too coarse, so the exact padding is taken where it agrees.
void AudioReader::State::cut_priming() {
  if (frame->pts == AV_NOPTS_VALUE || frame->pts >= 0 || frame->sample_rate <= 0) return;
  std::int64_t early = av_rescale_q(-frame->pts, stream->time_base, AVRational{1, frame->sample_rate});
  const int padding = stream->codecpar->initial_padding;
  if (!started && std::abs(early - padding) <= frame->sample_rate / 1000) early = padding;
  const auto cut = static_cast<int>(std::min<std::int64_t>(early, frame->nb_samples));
  const auto format = static_cast<AVSampleFormat>(frame->format);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int inputs = frame->ch_layout.nb_channels;
  const std::ptrdiff_t bytes =
      static_cast<std::ptrdiff_t>(cut) * av_get_bytes_per_sample(format) * (planar ? 1 : inputs);
  for (int plane = 0; plane < (planar ? inputs : 1); ++plane) frame->extended_data[plane] += bytes;
  if (frame->extended_data != frame->data)
    for (int plane = 0; plane < std::min(inputs, AV_NUM_DATA_POINTERS); ++plane)
      frame->data[plane] = frame->extended_data[plane];
  frame->nb_samples -= cut;
  frame->pts += av_rescale_q(cut, AVRational{1, frame->sample_rate}, stream->time_base);
}

/// A video's sound may begin after its picture; sample 0 is the file's beginning.
void AudioReader::State::lead_in() {
  if (!has_picture || frame->pts == AV_NOPTS_VALUE) return;
  const std::int64_t file_start =
      input->start_time == AV_NOPTS_VALUE ? 0 : std::max<std::int64_t>(0, input->start_time);
  const double late = static_cast<double>(frame->pts) * av_q2d(stream->time_base) -
                      static_cast<double>(file_start) / AV_TIME_BASE;
  if (late <= 0 || late > 3600) return;
  ready.resize(static_cast<std::size_t>(std::llround(late * rate)) * static_cast<std::size_t>(channels), 0.f);
}

void AudioReader::State::cut_at_end() {
  if (end_pts == AV_NOPTS_VALUE || frame->pts == AV_NOPTS_VALUE) return;
  const std::int64_t left =
      av_rescale_q(end_pts - frame->pts, stream->time_base, AVRational{1, std::max(1, frame->sample_rate)});
  frame->nb_samples = static_cast<int>(std::clamp<std::int64_t>(left, 0, frame->nb_samples));
}

Result<> AudioReader::State::take_frame() {
  cut_priming();
  if (frame->nb_samples == 0) return {};
  if (!started) lead_in();
  started = true;
  cut_at_end();
  auto converted = converter.convert(*frame, ready);
  if (converter.replaced() > 0 && !told_replaced) {
    told_replaced = true;
    sink->log(LogLevel::warning, name + " holds samples that are not numbers; they are taken as silence.");
  }
  return converted;
}

void AudioReader::State::read_packet() {
  while (true) {
    const int error = av_read_frame(input.get(), packet.get());
    if (error < 0) {
      damaged |= error != AVERROR_EOF;
      draining = true;
      avcodec_send_packet(decoder.get(), nullptr);
      return;
    }
    const bool ours = packet->stream_index == stream->index;
    if (ours) {
      damaged |=
          (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;  // so WAV's demuxer says that its data ended early
      if (avcodec_send_packet(decoder.get(), packet.get()) < 0) damaged = true;
    }
    av_packet_unref(packet.get());
    if (ours) return;
  }
}

Result<> AudioReader::State::end() {
  ended = true;
  const std::size_t before = ready.size();
  if (auto rest = converter.flush(ready); !rest) return rest;
  made += static_cast<std::int64_t>((ready.size() - before) / static_cast<std::size_t>(channels));
  const bool short_of_claim = claim_is_exact && made + rate / 5 < claimed;
  if (!short_of_claim && !damaged) return {};
  if (made == 0) return {};
  char sentence[160];
  if (short_of_claim)
    std::snprintf(sentence, sizeof sentence,
                  " is damaged or incomplete: it holds %.2f s of the %.2f s that it claims.",
                  static_cast<double>(made) / rate, static_cast<double>(claimed) / rate);
  else
    std::snprintf(sentence, sizeof sentence, " is damaged or incomplete: %.2f s of it could be decoded.",
                  static_cast<double>(made) / rate);
  sink->log(LogLevel::warning, name + sentence);
  return {};
}

/// Decodes until at least one new sample is ready or the end is reached.
Result<> AudioReader::State::decode_some() {
  if (taken == ready.size()) {
    ready.clear();
    taken = 0;
  }
  const std::size_t before = ready.size();
  while (!ended && ready.size() == before) {
    const int error = avcodec_receive_frame(decoder.get(), frame.get());
    if (error == AVERROR(EAGAIN) && !draining) {
      read_packet();
      continue;
    }
    if (error == AVERROR_EOF || (error < 0 && draining)) return end();
    if (error < 0) {  // one bad piece; the decoder goes on with the next
      damaged = true;
      read_packet();
      continue;
    }
    auto taken_in = take_frame();
    av_frame_unref(frame.get());
    if (!taken_in) return taken_in;
  }
  made += static_cast<std::int64_t>((ready.size() - before) / static_cast<std::size_t>(channels));
  return {};
}

Result<AudioReader> AudioReader::open(const std::string& source, int rate, int channels, Sink& sink) {
  if (rate < 1000 || rate > 384000 || channels < 1 || channels > 2)
    return fail(ErrorKind::usage, "Sound can be read at 1 to 384 kHz with one or two channels.");
  auto state = std::make_unique<State>(rate, channels, sink);
  auto& s = *state;
  s.name = ffmpeg::name_of(source);
  auto input = ffmpeg::open_input(source, ErrorKind::bad_audio);
  if (!input) return pass_on(std::move(input));
  s.input = std::move(*input);
  const int index = av_find_best_stream(s.input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  for (unsigned i = 0; i < s.input->nb_streams; ++i) {
    AVStream& stream = *s.input->streams[i];
    const bool cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    s.has_picture |= stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !cover;
    if (static_cast<int>(i) != index) stream.discard = AVDISCARD_ALL;
  }
  if (index < 0)
    return fail(ErrorKind::bad_audio,
                s.has_picture ? s.name + " is a video without sound." : s.name + " holds no sound.");
  s.stream = s.input->streams[index];
  auto decoder = ffmpeg::open_decoder(*s.stream, 1, ErrorKind::bad_audio, s.name);
  if (!decoder) return pass_on(std::move(decoder));
  s.decoder = std::move(*decoder);

  const bool estimated = s.input->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
  if (s.stream->duration > 0) {
    s.claimed = av_rescale_q(s.stream->duration, s.stream->time_base, AVRational{1, rate});
    s.claim_is_exact = !estimated;
    const std::int64_t start = s.stream->start_time == AV_NOPTS_VALUE ? 0 : s.stream->start_time;
    if (std::strstr(s.input->iformat->name, "mp4")) s.end_pts = start + s.stream->duration;
  } else if (s.input->duration > 0) {
    s.claimed = av_rescale(s.input->duration, rate, AV_TIME_BASE);
  }

  auto first = s.decode_some();
  if (!first) return pass_on(std::move(first));
  if (s.waiting() == 0)
    return fail(ErrorKind::bad_audio, s.name + (s.damaged ? " is damaged: no sound in it can be decoded."
                                                          : " holds no sound: its length is 0."));
  return AudioReader(std::move(state));
}

Result<std::size_t> AudioReader::read(std::span<float> interleaved) {
  auto& s = *state_;
  const auto channels = static_cast<std::size_t>(s.channels);
  const std::size_t wanted = interleaved.size() / channels;
  std::size_t given = 0;
  while (given < wanted) {
    if (s.waiting() == 0) {
      if (s.ended) break;
      if (auto more = s.decode_some(); !more) return pass_on(std::move(more));
      continue;
    }
    const std::size_t now = std::min(wanted - given, s.waiting());
    std::copy_n(s.ready.begin() + static_cast<std::ptrdiff_t>(s.taken), now * channels,
                interleaved.begin() + static_cast<std::ptrdiff_t>(given * channels));
    s.taken += now * channels;
    given += now;
  }
  return given;
}

int AudioReader::rate() const noexcept {
  return state_->rate;
}
int AudioReader::channels() const noexcept {
  return state_->channels;
}
std::int64_t AudioReader::claimed_length() const noexcept {
  return state_->claimed;
}

AudioReader::AudioReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
AudioReader::~AudioReader() = default;
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;

}  // namespace parlante
