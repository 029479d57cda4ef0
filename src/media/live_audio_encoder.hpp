// What the Opus encoder and the fragmented MP4 share.
#pragma once

extern "C" {
#include <libswresample/swresample.h>
}

#include <vector>

#include "media/ffmpeg.hpp"
#include "media/live_encoder.hpp"

namespace parlante {

struct FreeResampler {
  void operator()(SwrContext* swr) const noexcept { swr_free(&swr); }
};

struct LiveAudioEncoder::State {
  LiveAudioSettings settings;
  std::unique_ptr<SwrContext, FreeResampler> to_opus;  // null where Opus takes the rate as it is
  ffmpeg::Codec codec;
  ffmpeg::Frame frame;
  ffmpeg::Packet packet;
  std::vector<float> waiting;  // interleaved, no more than a second and never grown beyond that
  std::vector<float> cleaned;
  std::size_t taken = 0;     // values of `waiting` that were encoded
  std::int64_t samples = 0;  // encoded so far, at the encoder's rate

  Result<> start();
  Result<> start_resampling();
};

}  // namespace parlante
