// A learned motion small enough for tests, with random weights, as the trainer would write it.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "motion/motion_model.hpp"
#include "support/safetensors_file.hpp"

namespace parlante::testing {

struct SmallMotion {
  std::string kind = "diffusion";
  std::size_t d = 16, blocks = 2, heads = 2, reach = 5, window = 20, previous = 4;
  int steps = 3;
  double guidance = 1;
  bool emotions = false;
  std::vector<std::string> channels{"aperture",       "jawOpen",
                                    "mouthClose",     "mouthPucker",
                                    "mouthSmileLeft", "mouthSmileRight",
                                    "mouthPressLeft", "mouthUpperUpLeft",
                                    "eyeBlinkLeft",   "eyeBlinkRight",
                                    "browInnerUp",    "yaw",
                                    "pitch",          "roll",
                                    "gazeYaw",        "gazePitch"};
  std::uint64_t seed = 7;
  float loudness = 1;  ///< size of the weights

  std::string config() const {
    std::string names;
    for (const auto& name : channels) names.append(names.empty() ? "\"" : ",\"").append(name).append("\"");
    return R"({"kind":")" + kind + R"(","d":)" + std::to_string(d) + R"(,"blocks":)" +
           std::to_string(blocks) + R"(,"heads":)" + std::to_string(heads) + R"(,"reach":)" +
           std::to_string(reach) + R"(,"window":)" + std::to_string(window) + R"(,"previous":)" +
           std::to_string(previous) + R"(,"steps":)" + std::to_string(steps) + R"(,"guidance":)" +
           std::to_string(guidance) + R"(,"fps":25,"emotions":)" + (emotions ? "true" : "false") +
           R"(,"channels":[)" + names + "]}";
  }

  SafeTensorsFile file() const {
    SafeTensorsFile out;
    Random random(seed);
    const auto put = [&](const std::string& name, std::vector<std::size_t> shape, double size,
                         double mean = 0) {
      std::size_t count = 1;
      for (const std::size_t length : shape) count *= length;
      std::vector<float> values(count);
      for (float& value : values) value = static_cast<float>(mean + size * random.normal());
      out.arrays[name] = {std::move(shape), std::move(values)};
    };
    const auto linear = [&](const std::string& name, std::size_t in, std::size_t to, double gain = 1) {
      put(name + ".weight", {to, in},
          static_cast<double>(loudness) * gain / std::sqrt(static_cast<double>(in)));
      put(name + ".bias", {to}, 0.1);
    };
    const std::size_t count = channels.size(), hears = MotionConfig::kHeardOfFrame;
    linear("audio", 2 * hears, d);
    put("conv.weight", {d, d, 5}, 1 / std::sqrt(5.0 * static_cast<double>(d)));
    put("conv.bias", {d}, 0.1);
    put("null", {d}, 0.5);
    linear("motion", 2 * count + 1, d);
    linear("time1", d, d);
    linear("time2", d, d);
    linear("cond", 16, d);
    for (std::size_t i = 0; i < blocks; ++i) {
      const std::string name = "block" + std::to_string(i) + ".";
      linear(name + "ada", d, 6 * d, 0.3);
      linear(name + "qkv", d, 3 * d);
      linear(name + "out", d, d);
      put(name + "bias", {heads, 2 * reach + 1}, 0.5);
      linear(name + "fc1", d, 3 * d);
      linear(name + "fc2", 3 * d, d);
    }
    put("norm.weight", {d}, 0.2, 1);
    put("norm.bias", {d}, 0.1);
    linear("head", d, count);
    put("audio_mean", {hears}, 0.2);
    put("audio_std", {hears}, 0.1, 1);
    put("channel_mean", {count}, 0.01, 0.08);
    put("channel_std", {count}, 0.005, 0.06);
    for (float& spread : out.arrays["audio_std"].values) spread = std::abs(spread) + 0.2F;
    for (float& spread : out.arrays["channel_std"].values) spread = std::abs(spread) + 0.02F;
    out.arrays["channel_mean"].values[0] = 0.12F;  // lips that open now and then
    out.metadata = {{"format", "parlante-motion-1"}, {"config", config()}, {"licence", "none"}};
    return out;
  }

  MotionWeights weights() const {
    return MotionWeights::from(SafeTensors::parse(file().bytes(), "motion model").value()).value();
  }
  MotionModel model(std::size_t live_window = 12) const {
    return MotionModel::build(weights(), 1, live_window).value();
  }
};

}  // namespace parlante::testing
