#include "speech/conformer_graph.hpp"

#include <cmath>
#include <openvino/core/model.hpp>
#include <openvino/op/ops.hpp>
#include <optional>
#include <string>
#include <vector>

#include "speech/phonetic_front_end.hpp"

namespace parlante {
namespace {

using Node = ov::Output<ov::Node>;
using Shape = std::initializer_list<std::size_t>;

constexpr std::size_t kBlocks = 4, kHeads = 4, kWidth = kFeatureWidth, kHidden = 576, kTaps = 31, kBins = 201,
                      kMels = 80;
constexpr float kNormEpsilon = 1e-5F;

/// Turns named arrays into graph nodes; remembers the first error, so that the graph can be written down as
/// one expression and checked once.
class Builder {
 public:
  explicit Builder(const WeightPack& pack) : pack_(pack) {}

  /// A weight of that name and shape in the pack, given the shape `as` in the graph.
  Node weight(const std::string& name, Shape stored, Shape as) {
    const auto values = pack_.array(name, stored);
    if (!values) {
      if (!error_) error_ = values.error();
      return ov::op::v0::Constant::create(ov::element::f32, ov::Shape(as), {0.F});
    }
    return std::make_shared<ov::op::v0::Constant>(ov::element::f32, ov::Shape(as), values->data());
  }
  Node weight(const std::string& name, Shape shape) { return weight(name, shape, shape); }

  static Node integers(const std::vector<std::int64_t>& values) {
    return ov::op::v0::Constant::create(ov::element::i64, {values.size()}, values);
  }
  static Node scalar(float value) { return ov::op::v0::Constant::create(ov::element::f32, {}, {value}); }
  static Node add(const Node& a, const Node& b) { return std::make_shared<ov::op::v1::Add>(a, b); }
  static Node times(const Node& a, const Node& b) { return std::make_shared<ov::op::v1::Multiply>(a, b); }
  static Node product(const Node& a, const Node& b, bool transpose_b = false) {
    return std::make_shared<ov::op::v0::MatMul>(a, b, false, transpose_b);
  }
  static Node transpose(const Node& a, const std::vector<std::int64_t>& order) {
    return std::make_shared<ov::op::v1::Transpose>(a, integers(order));
  }
  static Node reshape(const Node& a, const std::vector<std::int64_t>& shape) {
    return std::make_shared<ov::op::v1::Reshape>(a, integers(shape), false);
  }
  static Node silu(const Node& a) { return std::make_shared<ov::op::v4::Swish>(a); }
  static ov::OutputVector split(const Node& a, std::size_t parts) {
    const Node axis = ov::op::v0::Constant::create(ov::element::i64, {}, {-1});
    return std::make_shared<ov::op::v1::Split>(a, axis, parts)->outputs();
  }
  static Node convolution(const Node& a, const Node& kernel, std::size_t stride) {
    return std::make_shared<ov::op::v1::Convolution>(a, kernel, ov::Strides{stride}, ov::CoordinateDiff{0},
                                                     ov::CoordinateDiff{0}, ov::Strides{1});
  }

  Node norm(const Node& a, const std::string& name) {
    const Node unit = std::make_shared<ov::op::v6::MVN>(a, integers({-1}), true, kNormEpsilon,
                                                        ov::op::MVNEpsMode::INSIDE_SQRT);
    return add(times(unit, weight(name + ".weight", {kWidth})), weight(name + ".bias", {kWidth}));
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const WeightPack& pack_;
  std::optional<Error> error_;
};

/// The arrays that the exporter named by number: `onnx::MatMul_829` and so on, six a block.
struct BlockNames {
  explicit BlockNames(std::size_t block)
      : prefix("acoustic_model.model.blocks." + std::to_string(block) + "."),
        first_product(829 + 9 * block),
        first_convolution(804 + 3 * block) {}
  std::string product(std::size_t offset) const {
    return "onnx::MatMul_" + std::to_string(first_product + offset);
  }
  std::string convolution(std::size_t offset) const {
    return "onnx::Conv_" + std::to_string(first_convolution + offset);
  }

  std::string prefix;
  std::size_t first_product, first_convolution;
};

Node log_mel(Builder& b, const Node& samples, const Node& spectra_exist) {
  const Node real = Builder::convolution(samples, b.weight("stft_real_kernel", {kBins, 1, 400}),
                                         ConformerWindow::kSpectrumHop);
  const Node imaginary = Builder::convolution(samples, b.weight("stft_imag_kernel", {kBins, 1, 400}),
                                              ConformerWindow::kSpectrumHop);
  const Node power = Builder::add(Builder::times(real, real), Builder::times(imaginary, imaginary));
  const Node mel = Builder::product(Builder::transpose(power, {0, 2, 1}), b.weight("mel_fb", {kBins, kMels}));
  const Node floored = std::make_shared<ov::op::v1::Maximum>(mel, Builder::scalar(1e-10F));
  return Builder::times(std::make_shared<ov::op::v0::Log>(floored), spectra_exist);
}

Node stem(Builder& b, const Node& mel) {
  const Node kernel = b.weight("onnx::Conv_801", {kWidth, kMels, 3});
  const Node h = Builder::add(Builder::convolution(Builder::transpose(mel, {0, 2, 1}), kernel, 2),
                              b.weight("onnx::Conv_802", {kWidth}, {1, kWidth, 1}));
  return Builder::transpose(std::make_shared<ov::op::v7::Gelu>(h), {0, 2, 1});
}

Node half_feed_forward(Builder& b, const Node& h, const BlockNames& names, const std::string& part,
                       std::size_t product) {
  const std::string name = names.prefix + part;
  const Node wide = Builder::add(
      Builder::product(b.norm(h, name + ".norm"), b.weight(names.product(product), {kWidth, kHidden})),
      b.weight(name + ".fc1.bias", {kHidden}));
  const Node narrow = Builder::add(
      Builder::product(Builder::silu(wide), b.weight(names.product(product + 1), {kHidden, kWidth})),
      b.weight(name + ".fc2.bias", {kWidth}));
  return Builder::add(h, Builder::times(narrow, Builder::scalar(0.5F)));
}

Node attention(Builder& b, const Node& h, const BlockNames& names, const Node& unseen, std::int64_t frames) {
  constexpr std::int64_t head_width = kWidth / kHeads;
  const Node joint = Builder::add(Builder::product(b.norm(h, names.prefix + "attn_norm"),
                                                   b.weight(names.product(2), {kWidth, 3 * kWidth})),
                                  b.weight(names.prefix + "attn.in_proj_bias", {3 * kWidth}));
  std::vector<Node> qkv;
  for (const Node& part : Builder::split(joint, 3)) {
    qkv.push_back(Builder::transpose(Builder::reshape(part, {1, frames, kHeads, head_width}), {0, 2, 1, 3}));
  }
  const Node scores = Builder::times(Builder::product(qkv[0], qkv[1], true),
                                     Builder::scalar(1.F / std::sqrt(static_cast<float>(head_width))));
  const Node shares = std::make_shared<ov::op::v8::Softmax>(Builder::add(scores, unseen), -1);
  const Node heads = Builder::transpose(Builder::product(shares, qkv[2]), {0, 2, 1, 3});
  const Node mixed = Builder::reshape(heads, {1, frames, kWidth});
  return Builder::add(h, Builder::add(Builder::product(mixed, b.weight(names.product(6), {kWidth, kWidth})),
                                      b.weight(names.prefix + "attn.out_proj.bias", {kWidth})));
}

Node convolution_module(Builder& b, const Node& h, const BlockNames& names, const Node& frames_exist) {
  const std::string name = names.prefix + "conv.";
  const Node wide = Builder::add(
      Builder::product(b.norm(h, name + "norm"),
                       b.weight(name + "pointwise1.weight", {2 * kWidth, kWidth, 1}, {2 * kWidth, kWidth}),
                       true),
      b.weight(name + "pointwise1.bias", {2 * kWidth}));
  const ov::OutputVector halves = Builder::split(wide, 2);
  const Node gated = Builder::times(halves[0], std::make_shared<ov::op::v0::Sigmoid>(halves[1]));
  const Node across = Builder::transpose(Builder::times(gated, frames_exist), {0, 2, 1});
  const Node depthwise = std::make_shared<ov::op::v1::GroupConvolution>(
      across, b.weight(names.convolution(0), {kWidth, 1, kTaps}, {kWidth, 1, 1, kTaps}), ov::Strides{1},
      ov::CoordinateDiff{kTaps / 2}, ov::CoordinateDiff{kTaps / 2}, ov::Strides{1});
  const Node active =
      Builder::silu(Builder::add(depthwise, b.weight(names.convolution(1), {kWidth}, {1, kWidth, 1})));
  const Node narrow = Builder::add(
      Builder::product(Builder::transpose(active, {0, 2, 1}),
                       b.weight(name + "pointwise2.weight", {kWidth, kWidth, 1}, {kWidth, kWidth}), true),
      b.weight(name + "pointwise2.bias", {kWidth}));
  return Builder::add(h, narrow);
}

}  // namespace

Result<std::shared_ptr<ov::Model>> build_conformer(const WeightPack& pack, ConformerWindow window) {
  const auto input = [](const ov::Shape& shape) {
    return std::make_shared<ov::op::v0::Parameter>(ov::element::f32, shape);
  };
  const auto samples = input({1, 1, window.samples()});
  const auto spectra_exist = input({1, window.spectra(), 1});
  const auto frames_exist = input({1, window.frames, 1});
  const auto frames = static_cast<std::int64_t>(window.frames);

  Builder b(pack);
  // Added to the attention's scores: 0 where a frame exists, -1e9 where not.
  const Node unseen = Builder::reshape(
      Builder::times(Builder::add(frames_exist, Builder::scalar(-1.F)), Builder::scalar(1e9F)),
      {1, 1, 1, frames});
  Node h = stem(b, log_mel(b, samples, spectra_exist));
  ov::OutputVector layers;
  for (std::size_t block = 0; block < kBlocks; ++block) {
    const BlockNames names(block);
    h = half_feed_forward(b, h, names, "ffn1", 0);
    h = attention(b, h, names, unseen, frames);
    h = convolution_module(b, h, names, frames_exist);
    h = half_feed_forward(b, h, names, "ffn2", 7);
    h = b.norm(h, names.prefix + "norm");
    layers.push_back(h);
  }
  const Node logits = Builder::add(
      Builder::product(
          h, b.weight("acoustic_model.model.proj.weight", {kPhones, kWidth, 1}, {kPhones, kWidth}), true),
      b.weight("acoustic_model.model.proj.bias", {kPhones}));
  const Node posterior = std::make_shared<ov::op::v8::Softmax>(logits, -1);
  if (b.error()) return tl::unexpected<Error>(*b.error());
  return std::make_shared<ov::Model>(ov::OutputVector{posterior, layers[1], layers[3]},
                                     ov::ParameterVector{samples, spectra_exist, frames_exist}, "phonetic");
}

}  // namespace parlante
