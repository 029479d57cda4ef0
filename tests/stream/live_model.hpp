// A model for talking with somebody, with the hearing it really has and a motion that costs little.
#pragma once

#include <memory>
#include <stdexcept>

#include "motion/small_motion_model.hpp"
#include "render/plain_avatar.hpp"
#include "stream/live_stream.hpp"
#include "support/paths.hpp"

namespace parlante::testing {

inline std::shared_ptr<const Model> live_model() {
  static const auto model = [] {
    auto loaded = load_model(models_folder(), {.face = false, .live = true});
    if (!loaded) throw std::runtime_error(loaded.error().message);
    auto copy = std::make_shared<Model>(**loaded);
    copy->motion = SmallMotion{}.model();
    return std::shared_ptr<const Model>(copy);
  }();
  return model;
}

inline std::shared_ptr<const Avatar> small_avatar() {
  static const auto avatar = std::make_shared<const Avatar>(plain_avatar(256));
  return avatar;
}

/// Small frames of the plain avatar.
inline LiveOptions small_live(int rate = 25, int sound_rate = 16000) {
  LiveOptions options;
  options.stream.motion.rate = {rate, 1};
  options.stream.render.size = 256;
  options.sound_rate = sound_rate;
  return options;
}

inline LiveStream open_live(const LiveOptions& options) {
  auto opened = LiveStream::open(live_model(), small_avatar(), options);
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

}  // namespace parlante::testing
