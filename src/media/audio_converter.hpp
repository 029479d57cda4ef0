// Decoded sound of any layout, format and rate as interleaved float samples.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/ffmpeg.hpp"

struct SwrContext;

namespace parlante {

/// Mixes and resamples (swresample, with the soxr engine where FFmpeg has it). Follows changes of the input
/// in the middle of a stream. Not thread-safe.
class AudioConverter {
 public:
  AudioConverter(int rate, int channels) noexcept : rate_(rate), channels_(channels) {}

  /// Appends what `frame` gives at the output's rate to `interleaved`. Samples that are not finite (or beyond
  /// 1e6, 120 dB over full scale) become 0 first: one NaN would spread over the resampler's whole filter.
  Result<> convert(AVFrame& frame, std::vector<float>& interleaved);
  /// Appends what the resampler still holds.
  Result<> flush(std::vector<float>& interleaved);
  /// Samples replaced so far.
  std::int64_t replaced() const noexcept { return replaced_; }

 private:
  struct FreeSwr {
    void operator()(SwrContext* swr) const noexcept;
  };
  Result<> prepare(const AVFrame& frame);
  Result<> pull(const std::uint8_t** input, int count, std::vector<float>& interleaved);

  int rate_, channels_;
  std::unique_ptr<SwrContext, FreeSwr> swr_;
  int input_rate_ = 0, input_format_ = -1, input_channels_ = 0;
  std::uint64_t input_mask_ = 0;
  std::int64_t replaced_ = 0;
};

}  // namespace parlante
