#include "media/audio_converter.hpp"

extern "C" {
#include <libswresample/swresample.h>
}

#include <cmath>
#include <span>

namespace parlante {
namespace {

constexpr double kLoudest = 1e6;

template <class T>
std::int64_t replace_bad(std::span<T> samples) noexcept {
  std::int64_t replaced = 0;
  for (T& sample : samples) {
    if (std::abs(sample) <= static_cast<T>(kLoudest)) continue;  // false for NaN
    sample = 0;
    ++replaced;
  }
  return replaced;
}

std::int64_t replace_bad(AVFrame& frame) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const AVSampleFormat packed = av_get_packed_sample_fmt(format);
  if (packed != AV_SAMPLE_FMT_FLT && packed != AV_SAMPLE_FMT_DBL) return 0;
  if (av_frame_make_writable(&frame) < 0) return 0;
  const int channels = frame.ch_layout.nb_channels;
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const std::size_t count =
      static_cast<std::size_t>(frame.nb_samples) * static_cast<std::size_t>(planar ? 1 : channels);
  std::int64_t replaced = 0;
  for (int plane = 0; plane < (planar ? channels : 1); ++plane) {
    std::uint8_t* samples = frame.extended_data[plane];
    if (packed == AV_SAMPLE_FMT_FLT)
      replaced += replace_bad(std::span(reinterpret_cast<float*>(samples), count));
    else
      replaced += replace_bad(std::span(reinterpret_cast<double*>(samples), count));
  }
  return replaced;
}

std::uint64_t mask_of(const AVChannelLayout& layout) noexcept {
  return layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : 0;
}

/// Where FFmpeg's own mixing is not wanted: mono and stereo keep their level (FFmpeg takes 3 dB off or adds
/// them), and channels without names are averaged, since any of them may carry the voice. Empty: FFmpeg's mix
/// (centre, sides -3 dB, no LFE) is right.
std::vector<double> mixing_matrix(const AVChannelLayout& layout, int outputs) {
  const int inputs = layout.nb_channels;
  const bool named = layout.order == AV_CHANNEL_ORDER_NATIVE;
  if (inputs <= 2 && outputs == inputs) return {};
  if (inputs > 2 && named) return {};
  const double share = inputs == 1 ? 1.0 : 1.0 / inputs;
  return std::vector<double>(static_cast<std::size_t>(inputs) * static_cast<std::size_t>(outputs), share);
}

}  // namespace

void AudioConverter::FreeSwr::operator()(SwrContext* swr) const noexcept {
  swr_free(&swr);
}

Result<> AudioConverter::prepare(const AVFrame& frame) {
  AVChannelLayout output{}, input{};
  av_channel_layout_default(&output, channels_);
  av_channel_layout_default(&input, frame.ch_layout.nb_channels);
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_NATIVE) av_channel_layout_copy(&input, &frame.ch_layout);
  const std::vector<double> matrix = mixing_matrix(frame.ch_layout, channels_);

  for (const char* engine : {"soxr", "swr"}) {
    SwrContext* raw = nullptr;
    int error = swr_alloc_set_opts2(&raw, &output, AV_SAMPLE_FMT_FLT, rate_, &input,
                                    static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    swr_.reset(raw);
    if (error < 0) break;
    av_opt_set(raw, "resampler", engine, 0);
    av_opt_set_double(raw, "rematrix_maxval", 1.0, 0);  // a mix never clips
    if (!matrix.empty()) swr_set_matrix(raw, matrix.data(), frame.ch_layout.nb_channels);
    if (swr_init(raw) >= 0) {
      input_rate_ = frame.sample_rate;
      input_format_ = frame.format;
      input_channels_ = frame.ch_layout.nb_channels;
      input_mask_ = mask_of(frame.ch_layout);
      return {};
    }
    swr_.reset();
  }
  return fail(ErrorKind::bad_audio, "Sound of " + std::to_string(frame.ch_layout.nb_channels) +
                                        " channels at " + std::to_string(frame.sample_rate) +
                                        " Hz cannot be converted.");
}

Result<> AudioConverter::pull(const std::uint8_t** input, int count, std::vector<float>& interleaved) {
  const std::size_t before = interleaved.size();
  const int room = swr_get_out_samples(swr_.get(), count) + 32;
  const auto channels = static_cast<std::size_t>(channels_);
  interleaved.resize(before + static_cast<std::size_t>(room) * channels);
  auto* out = reinterpret_cast<std::uint8_t*>(interleaved.data() + before);
  const int made = swr_convert(swr_.get(), &out, room, input, count);
  interleaved.resize(before + static_cast<std::size_t>(std::max(made, 0)) * channels);
  if (made < 0)
    return fail(ErrorKind::bad_audio, "The sound cannot be converted: " + ffmpeg::words(made) + ".");
  return {};
}

Result<> AudioConverter::convert(AVFrame& frame, std::vector<float>& interleaved) {
  if (frame.sample_rate <= 0 || frame.ch_layout.nb_channels <= 0 || frame.nb_samples <= 0) return {};
  const bool changed = frame.sample_rate != input_rate_ || frame.format != input_format_ ||
                       frame.ch_layout.nb_channels != input_channels_ ||
                       mask_of(frame.ch_layout) != input_mask_;
  if (!swr_ || changed) {
    if (auto rest = flush(interleaved); !rest) return rest;
    if (auto ready = prepare(frame); !ready) return ready;
  }
  replaced_ += replace_bad(frame);
  return pull(const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples, interleaved);
}

Result<> AudioConverter::flush(std::vector<float>& interleaved) {
  if (!swr_) return {};
  for (std::size_t before = interleaved.size() + 1; before != interleaved.size();) {
    before = interleaved.size();
    if (auto rest = pull(nullptr, 0, interleaved); !rest) return rest;
  }
  swr_.reset();
  return {};
}

}  // namespace parlante
