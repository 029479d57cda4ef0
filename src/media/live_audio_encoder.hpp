// What the Opus encoder and the fragmented MP4 share.
#pragma once

#include <vector>

#include "media/ffmpeg.hpp"
#include "media/live_encoder.hpp"

namespace parlante {

struct LiveAudioEncoder::State {
  LiveAudioSettings settings;
  ffmpeg::Codec codec;
  ffmpeg::Frame frame;
  ffmpeg::Packet packet;
  std::vector<float> waiting;  // interleaved, no more than a second and never grown beyond that
  std::size_t taken = 0;       // values of `waiting` that were encoded
  std::int64_t samples = 0;    // encoded so far, at the rate given

  Result<> start();
};

}  // namespace parlante
