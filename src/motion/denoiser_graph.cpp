#include "motion/denoiser_graph.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <openvino/core/model.hpp>
#include <openvino/op/ops.hpp>
#include <optional>
#include <string>

namespace parlante {
namespace {

using Node = ov::Output<ov::Node>;
using Sizes = std::vector<std::size_t>;

constexpr float kNormEpsilon = 1e-5F;
constexpr std::size_t kModulations = 6;  ///< a block: scale, shift, gate of attention and of the rest

/// Turns named arrays into nodes; remembers the first error, so that a graph can be written down as one
/// expression and checked once.
class Builder {
 public:
  explicit Builder(const MotionWeights& weights) : weights_(weights) {}

  std::span<const float> values(const std::string& name, const Sizes& shape) {
    const auto found = weights_.tensors.array(name, shape);
    if (found) return *found;
    if (!error_) error_ = found.error();
    zeros_.resize(std::max(zeros_.size(), ov::shape_size(ov::Shape(shape))));
    return std::span<const float>(zeros_).first(ov::shape_size(ov::Shape(shape)));
  }
  Node weight(const std::string& name, const Sizes& shape) {
    return std::make_shared<ov::op::v0::Constant>(ov::element::f32, ov::Shape(shape),
                                                  values(name, shape).data());
  }
  Node linear(const Node& a, const std::string& name, std::size_t in, std::size_t out) {
    const Node product =
        std::make_shared<ov::op::v0::MatMul>(a, weight(name + ".weight", {out, in}), false, true);
    return add(product, weight(name + ".bias", {out}));
  }

  static Node integers(const std::vector<std::int64_t>& values) {
    return ov::op::v0::Constant::create(ov::element::i64, {values.size()}, values);
  }
  static Node scalar(float value) { return ov::op::v0::Constant::create(ov::element::f32, {}, {value}); }
  static Node add(const Node& a, const Node& b) { return std::make_shared<ov::op::v1::Add>(a, b); }
  static Node times(const Node& a, const Node& b) { return std::make_shared<ov::op::v1::Multiply>(a, b); }
  static Node silu(const Node& a) { return std::make_shared<ov::op::v4::Swish>(a); }
  static Node gelu(const Node& a) { return std::make_shared<ov::op::v7::Gelu>(a); }
  static Node transpose(const Node& a, const std::vector<std::int64_t>& order) {
    return std::make_shared<ov::op::v1::Transpose>(a, integers(order));
  }
  static Node reshape(const Node& a, const std::vector<std::int64_t>& shape) {
    return std::make_shared<ov::op::v1::Reshape>(a, integers(shape), false);
  }
  static ov::OutputVector split(const Node& a, std::size_t parts) {
    const Node axis = ov::op::v0::Constant::create(ov::element::i64, {}, {-1});
    return std::make_shared<ov::op::v1::Split>(a, axis, parts)->outputs();
  }
  static Node unit(const Node& a) {
    return std::make_shared<ov::op::v6::MVN>(a, integers({-1}), true, kNormEpsilon,
                                             ov::op::MVNEpsMode::INSIDE_SQRT);
  }
  static std::shared_ptr<ov::op::v0::Parameter> input(const ov::Shape& shape) {
    return std::make_shared<ov::op::v0::Parameter>(ov::element::f32, shape);
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const MotionWeights& weights_;
  std::vector<float> zeros_;
  std::optional<Error> error_;
};

/// The bias of each pair of frames, [1,heads,T,T]: learned for each distance up to `reach`.
Node distance_bias(Builder& b, const std::string& name, const MotionConfig& config, std::size_t frames) {
  const std::size_t distances = 2 * config.reach + 1;
  const std::span<const float> learned = b.values(name, {config.heads, distances});
  std::vector<float> pairs;
  pairs.reserve(config.heads * frames * frames);
  const auto reach = static_cast<std::int64_t>(config.reach);
  for (std::size_t head = 0; head < config.heads; ++head)
    for (std::size_t query = 0; query < frames; ++query)
      for (std::size_t key = 0; key < frames; ++key) {
        const std::int64_t distance = static_cast<std::int64_t>(key) - static_cast<std::int64_t>(query);
        pairs.push_back(learned[head * distances +
                                static_cast<std::size_t>(std::clamp(distance, -reach, reach) + reach)]);
      }
  return std::make_shared<ov::op::v0::Constant>(ov::element::f32, ov::Shape{1, config.heads, frames, frames},
                                                pairs.data());
}

Node attention(Builder& b, const Node& u, const std::string& name, const MotionConfig& config,
               std::size_t frames, std::size_t batch) {
  const std::size_t head_width = config.width / config.heads;
  const auto n = [](std::size_t size) { return static_cast<std::int64_t>(size); };
  std::vector<Node> qkv;
  for (const Node& part : Builder::split(b.linear(u, name + "qkv", config.width, 3 * config.width), 3))
    qkv.push_back(Builder::transpose(
        Builder::reshape(part, {n(batch), n(frames), n(config.heads), n(head_width)}), {0, 2, 1, 3}));
  const Node scores = Builder::times(std::make_shared<ov::op::v0::MatMul>(qkv[0], qkv[1], false, true),
                                     Builder::scalar(1.F / std::sqrt(static_cast<float>(head_width))));
  const Node shares = std::make_shared<ov::op::v8::Softmax>(
      Builder::add(scores, distance_bias(b, name + "bias", config, frames)), -1);
  const Node heads =
      Builder::transpose(std::make_shared<ov::op::v0::MatMul>(shares, qkv[2], false, false), {0, 2, 1, 3});
  return b.linear(Builder::reshape(heads, {n(batch), n(frames), n(config.width)}), name + "out", config.width,
                  config.width);
}

Node block(Builder& b, const Node& h, const Node& modulation, const std::string& name,
           const MotionConfig& config, std::size_t frames, std::size_t batch) {
  const std::size_t d = config.width;
  const ov::OutputVector m = Builder::split(modulation, kModulations);
  const auto modulated = [&](const Node& a, std::size_t scale) {
    return Builder::add(Builder::times(Builder::unit(a), Builder::add(m[scale], Builder::scalar(1))),
                        m[scale + 1]);
  };
  const auto gated = [&](const Node& a, std::size_t gate) {
    return Builder::times(a, Builder::add(m[gate], Builder::scalar(1)));
  };
  const Node mixed = Builder::add(h, gated(attention(b, modulated(h, 0), name, config, frames, batch), 2));
  const Node wide = Builder::gelu(b.linear(modulated(mixed, 3), name + "fc1", d, 3 * d));
  return Builder::add(mixed, gated(b.linear(wide, name + "fc2", 3 * d, d), 5));
}

std::string block_name(std::size_t index) {
  return "block" + std::to_string(index) + ".";
}

Result<std::shared_ptr<ov::Model>> finish(const Builder& b, const Node& output,
                                          const ov::ParameterVector& inputs, const char* name) {
  if (b.error()) return tl::unexpected<Error>(*b.error());
  return std::make_shared<ov::Model>(ov::OutputVector{output}, inputs, name);
}

tl::unexpected<Error> cannot_build(const std::exception& problem) {
  return fail(ErrorKind::broken_model, std::string("The motion network cannot be built: ") + problem.what());
}

}  // namespace

Result<std::shared_ptr<ov::Model>> build_listener(const MotionWeights& weights, std::size_t frames) try {
  const std::size_t d = weights.config.width;
  Builder b(weights);
  const auto audio = Builder::input({1, frames, MotionConfig::kAudio});
  const Node a = b.linear(audio, "audio", MotionConfig::kAudio, d);
  constexpr std::ptrdiff_t pad = MotionConfig::kKernel / 2;
  const Node across = std::make_shared<ov::op::v1::Convolution>(
      Builder::transpose(a, {0, 2, 1}), b.weight("conv.weight", {d, d, MotionConfig::kKernel}),
      ov::Strides{1}, ov::CoordinateDiff{pad}, ov::CoordinateDiff{pad}, ov::Strides{1});
  const Node near =
      Builder::gelu(Builder::add(Builder::transpose(across, {0, 2, 1}), b.weight("conv.bias", {d})));
  return finish(b, Builder::add(a, near), {audio}, "motion listener");
} catch (const std::exception& problem) {
  return cannot_build(problem);
}

Result<std::shared_ptr<ov::Model>> build_modulator(const MotionWeights& weights) try {
  const std::size_t d = weights.config.width;
  Builder b(weights);
  const auto time = Builder::input({1, d}), condition = Builder::input({1, MotionConfig::kConditions});
  const Node c =
      Builder::silu(Builder::add(b.linear(Builder::silu(b.linear(time, "time1", d, d)), "time2", d, d),
                                 b.linear(condition, "cond", MotionConfig::kConditions, d)));
  ov::OutputVector parts;
  for (std::size_t i = 0; i < weights.config.blocks; ++i)
    parts.push_back(b.linear(c, block_name(i) + "ada", d, kModulations * d));
  return finish(b, std::make_shared<ov::op::v0::Concat>(parts, -1), {time, condition}, "motion modulator");
} catch (const std::exception& problem) {
  return cannot_build(problem);
}

Result<std::shared_ptr<ov::Model>> build_denoiser(const MotionWeights& weights, std::size_t frames,
                                                  std::size_t batch) try {
  const MotionConfig& config = weights.config;
  const std::size_t d = config.width, channels = config.channels.size(), moved = 2 * channels + 1;
  Builder b(weights);
  const auto heard = Builder::input({batch, frames, d}), motion = Builder::input({1, frames, moved}),
             modulation = Builder::input({1, config.blocks * kModulations * d});
  const ov::OutputVector modulations = Builder::split(modulation, config.blocks);
  Node h = Builder::add(heard, b.linear(motion, "motion", moved, d));
  for (std::size_t i = 0; i < config.blocks; ++i)
    h = block(b, h, modulations[i], block_name(i), config, frames, batch);
  const Node unit = Builder::add(Builder::times(Builder::unit(h), b.weight("norm.weight", {d})),
                                 b.weight("norm.bias", {d}));
  return finish(b, b.linear(unit, "head", d, channels), {heard, motion, modulation}, "motion denoiser");
} catch (const std::exception& problem) {
  return cannot_build(problem);
}

}  // namespace parlante
