#include "motion/motion_model.hpp"

#include <algorithm>
#include <openvino/core/model.hpp>

#include "motion/denoiser_graph.hpp"
#include "motion/motion_model_data.hpp"

namespace parlante {
namespace {

constexpr float kSmallestSpread = 1e-6F;

Result<Network> compiled(Result<std::shared_ptr<ov::Model>> graph, const char* name, int threads) {
  if (!graph) return pass_on(std::move(graph));
  return Network::compile(*graph, name, threads);
}

Result<MotionModel::Data::Window> window_of(const MotionWeights& weights, std::size_t frames, int threads) {
  auto listener = compiled(build_listener(weights, frames), "motion listener", threads);
  if (!listener) return pass_on(std::move(listener));
  auto denoiser = compiled(build_denoiser(weights, frames), "motion denoiser", threads);
  if (!denoiser) return pass_on(std::move(denoiser));
  return MotionModel::Data::Window{frames, std::move(*listener), std::move(*denoiser)};
}

Result<std::vector<float>> vector_of(const MotionWeights& weights, const char* name, std::size_t size) {
  const auto values = weights.tensors.array(name, {size});
  if (!values) return tl::unexpected<Error>(values.error());
  return std::vector<float>(values->begin(), values->end());
}

Result<std::vector<float>> spread_of(const MotionWeights& weights, const char* name, std::size_t size) {
  auto values = vector_of(weights, name, size);
  if (values && !std::ranges::all_of(*values, [](float v) { return v > kSmallestSpread; }))
    return fail(ErrorKind::broken_model,
                "The motion model is damaged: its " + std::string(name) + " is not positive.");
  return values;
}

}  // namespace

Result<MotionModel> MotionModel::load(const std::filesystem::path& file, int threads,
                                      std::size_t live_window) {
  auto weights = MotionWeights::read(file);
  if (!weights) return pass_on(std::move(weights));
  return build(*weights, threads, live_window);
}

Result<MotionModel> MotionModel::build(const MotionWeights& weights, int threads, std::size_t live_window) {
  const MotionConfig& config = weights.config;
  auto audio_mean = vector_of(weights, "audio_mean", MotionConfig::kHeardOfFrame);
  if (!audio_mean) return pass_on(std::move(audio_mean));
  auto audio_spread = spread_of(weights, "audio_std", MotionConfig::kHeardOfFrame);
  if (!audio_spread) return pass_on(std::move(audio_spread));
  auto channel_mean = vector_of(weights, "channel_mean", config.channels.size());
  if (!channel_mean) return pass_on(std::move(channel_mean));
  auto channel_spread = spread_of(weights, "channel_std", config.channels.size());
  if (!channel_spread) return pass_on(std::move(channel_spread));
  auto deaf = vector_of(weights, "null", config.width);
  if (!deaf) return pass_on(std::move(deaf));
  auto modulator = compiled(build_modulator(weights), "motion modulator", threads);
  if (!modulator) return pass_on(std::move(modulator));
  auto offline = window_of(weights, config.window, threads);
  if (!offline) return pass_on(std::move(offline));
  Data::Window live;
  if (live_window > 0) {
    // At least one frame does not continue earlier ones.
    auto built = window_of(weights, std::clamp(live_window, config.previous + 1, config.window), threads);
    if (!built) return pass_on(std::move(built));
    live = std::move(*built);
  }

  MotionModel model;
  model.data_ = std::make_shared<const Data>(Data{config, std::move(*audio_mean), std::move(*audio_spread),
                                                  std::move(*channel_mean), std::move(*channel_spread),
                                                  std::move(*deaf), std::move(*modulator),
                                                  std::move(*offline), std::move(live)});
  return model;
}

const MotionConfig& MotionModel::config() const noexcept {
  return data_->config;
}

std::size_t MotionModel::window(Pace pace) const noexcept {
  return data_->at(pace).frames;
}

}  // namespace parlante
