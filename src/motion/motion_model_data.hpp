// What MotionModel holds; inside the stage only.
#pragma once

#include <vector>

#include "motion/motion_model.hpp"
#include "nn/network.hpp"

namespace parlante {

struct MotionModel::Data {
  /// The graphs of one window length.
  struct Window {
    std::size_t frames = 0;
    Network listener, denoiser;
  };
  MotionConfig config;
  std::vector<float> audio_mean, audio_spread;      ///< of what is heard of a phonetic frame
  std::vector<float> channel_mean, channel_spread;  ///< of channels
  std::vector<float> deaf;                          ///< stands for what is heard where nothing is given
  Network modulator;
  Window offline, live;  ///< live: of 0 frames when not built

  const Window& at(Pace pace) const noexcept {
    return pace == Pace::live && live.frames > 0 ? live : offline;
  }
};

}  // namespace parlante
