#include "media/live_audio_encoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace parlante {
namespace {

using ffmpeg::words;

constexpr std::array kOpusRates{8000, 12000, 16000, 24000, 48000};
/// Opus inside. Of other rates a short filter makes it: its delay of .4 ms is in step, since it begins full.
constexpr int kOpusRate = 48000, kFilter = 32;
constexpr int kLeastRate = 8000;
constexpr int kLeastBits = 12'000, kMostBits = 256'000;

Result<> check(const LiveAudioSettings& s) {
  if (s.rate < kLeastRate || s.rate > kOpusRate)
    return fail(ErrorKind::usage,
                "Live sound has 8000 to 48000 samples a second, not " + std::to_string(s.rate) + ".");
  if (s.channels < 1 || s.channels > 2) return fail(ErrorKind::usage, "Live sound has one or two channels.");
  if (s.bits_per_second < kLeastBits || s.bits_per_second > kMostBits)
    return fail(ErrorKind::usage, "Live sound takes 12000 to 256000 bits a second.");
  return {};
}

}  // namespace

Result<> LiveAudioEncoder::State::start() {
  const AVCodec* opus = avcodec_find_encoder_by_name("libopus");
  if (!opus)
    return fail(ErrorKind::failed,
                "This machine's FFmpeg has no Opus encoder (libopus); install the full libavcodec package.");
  codec.reset(avcodec_alloc_context3(opus));
  frame.reset(av_frame_alloc());
  packet.reset(av_packet_alloc());
  if (!codec || !frame || !packet)
    return fail(ErrorKind::failed, "There is not enough memory to encode live sound.");
  AVCodecContext& c = *codec;
  const bool as_it_is = std::find(kOpusRates.begin(), kOpusRates.end(), settings.rate) != kOpusRates.end();
  c.sample_rate = as_it_is ? settings.rate : kOpusRate;
  c.time_base = {1, c.sample_rate};
  c.sample_fmt = AV_SAMPLE_FMT_FLT;
  c.bit_rate = settings.bits_per_second;
  av_channel_layout_default(&c.ch_layout, settings.channels);
  // Opus adds the second copy only where some loss is expected; 5 % costs little of the rate.
  const bool accepted = av_opt_set(c.priv_data, "application", "voip", 0) >= 0 &&
                        av_opt_set(c.priv_data, "frame_duration", "20", 0) >= 0 &&
                        av_opt_set(c.priv_data, "fec", "1", 0) >= 0 &&
                        av_opt_set(c.priv_data, "packet_loss", "5", 0) >= 0;
  if (!accepted) return fail(ErrorKind::failed, "The Opus encoder refused its settings for live sound.");
  if (const int error = avcodec_open2(&c, opus, nullptr); error < 0)
    return fail(ErrorKind::failed, "The Opus encoder refused sound of " + std::to_string(c.sample_rate) +
                                       " Hz: " + words(error) + ".");
  frame->format = c.sample_fmt;
  frame->sample_rate = c.sample_rate;
  frame->nb_samples = c.frame_size;
  av_channel_layout_copy(&frame->ch_layout, &c.ch_layout);
  if (av_frame_get_buffer(frame.get(), 0) < 0)
    return fail(ErrorKind::failed, "There is not enough memory to encode live sound.");
  waiting.reserve(static_cast<std::size_t>(c.sample_rate) * static_cast<std::size_t>(settings.channels));
  return as_it_is ? Result<>{} : start_resampling();
}

Result<> LiveAudioEncoder::State::start_resampling() {
  AVChannelLayout& layout = codec->ch_layout;
  SwrContext* raw = nullptr;
  int error = swr_alloc_set_opts2(&raw, &layout, AV_SAMPLE_FMT_FLT, kOpusRate, &layout, AV_SAMPLE_FMT_FLT,
                                  settings.rate, 0, nullptr);
  to_opus.reset(raw);
  if (error >= 0) error = av_opt_set_int(raw, "filter_size", kFilter, 0);
  if (error >= 0) error = swr_init(raw);
  if (error < 0)
    return fail(ErrorKind::failed, "Sound of " + std::to_string(settings.rate) +
                                       " Hz cannot be converted: " + words(error) + ".");
  return {};
}

Result<LiveAudioEncoder> LiveAudioEncoder::open(const LiveAudioSettings& settings) {
  ffmpeg::silence();
  if (auto fine = check(settings); !fine) return pass_on(std::move(fine));
  auto state = std::make_unique<State>();
  state->settings = settings;
  if (auto started = state->start(); !started) return pass_on(std::move(started));
  return LiveAudioEncoder(std::move(state));
}

Result<> LiveAudioEncoder::push(std::span<const float> interleaved) {
  State& s = *state_;
  if (interleaved.size() % static_cast<std::size_t>(s.settings.channels) != 0)
    return fail(ErrorKind::usage, "Sound was given that is not whole samples of every channel.");
  s.waiting.erase(s.waiting.begin(), s.waiting.begin() + static_cast<std::ptrdiff_t>(s.taken));
  s.taken = 0;
  const auto channels = static_cast<std::size_t>(s.settings.channels);
  const auto count = static_cast<int>(std::min<std::size_t>(interleaved.size() / channels, kOpusRate * 60));
  const std::size_t before = s.waiting.size(), room = s.waiting.capacity() - before;
  const auto needed = [&] {
    return static_cast<std::size_t>(swr_get_out_samples(s.to_opus.get(), count)) * channels;
  };
  if (interleaved.size() > room || (s.to_opus && needed() > room))
    return fail(ErrorKind::usage, "More than a second of live sound waits to be taken.");
  const auto clean = [](float value) { return std::isfinite(value) ? std::clamp(value, -1.f, 1.f) : 0.f; };
  if (!s.to_opus) {
    std::ranges::transform(interleaved, std::back_inserter(s.waiting), clean);
    return {};
  }
  s.cleaned.resize(interleaved.size());
  std::ranges::transform(interleaved, s.cleaned.begin(), clean);
  s.waiting.resize(before + needed());
  auto* out = reinterpret_cast<std::uint8_t*>(s.waiting.data() + before);
  const auto* in = reinterpret_cast<const std::uint8_t*>(s.cleaned.data());
  const int made = swr_convert(s.to_opus.get(), &out,
                               static_cast<int>((s.waiting.size() - before) / channels), &in, count);
  s.waiting.resize(before + static_cast<std::size_t>(std::max(made, 0)) * channels);
  if (made < 0) return fail(ErrorKind::failed, "The sound cannot be converted: " + words(made) + ".");
  return {};
}

Result<bool> LiveAudioEncoder::next(EncodedSound& sound) {
  State& s = *state_;
  AVCodecContext& c = *s.codec;
  const auto values = static_cast<std::size_t>(c.frame_size) * static_cast<std::size_t>(s.settings.channels);
  if (s.waiting.size() - s.taken < values) return false;
  if (av_frame_make_writable(s.frame.get()) < 0)
    return fail(ErrorKind::failed, "There is not enough memory to encode live sound.");
  std::copy_n(s.waiting.begin() + static_cast<std::ptrdiff_t>(s.taken), values,
              reinterpret_cast<float*>(s.frame->data[0]));
  s.taken += values;
  s.frame->pts = s.samples;
  s.samples += c.frame_size;
  int error = avcodec_send_frame(&c, s.frame.get());
  av_packet_unref(s.packet.get());
  if (error >= 0) error = avcodec_receive_packet(&c, s.packet.get());
  if (error < 0) return fail(ErrorKind::failed, "The Opus encoder failed: " + words(error) + ".");
  const int to_48k = kOpusRate / c.sample_rate;
  sound.bytes = {s.packet->data, static_cast<std::size_t>(s.packet->size)};
  sound.at_48k = s.packet->pts * to_48k;
  sound.samples_48k = c.frame_size * to_48k;
  return true;
}

const LiveAudioSettings& LiveAudioEncoder::settings() const noexcept {
  return state_->settings;
}

LiveAudioEncoder::LiveAudioEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveAudioEncoder::~LiveAudioEncoder() = default;
LiveAudioEncoder::LiveAudioEncoder(LiveAudioEncoder&&) noexcept = default;
LiveAudioEncoder& LiveAudioEncoder::operator=(LiveAudioEncoder&&) noexcept = default;

}  // namespace parlante
