#include "nn/network.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <openvino/frontend/manager.hpp>
#include <openvino/frontend/tensorflow_lite/extension/conversion.hpp>
#include <openvino/openvino.hpp>
#include <openvino/opsets/opset8.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace parlante {

struct Network::Compiled {
  std::string name;
  ov::CompiledModel model;
};

namespace {

/// Building an ov::Core reads the list of plugins and loads the CPU's: once a process. Its functions are
/// thread-safe, and callers see no state of it. Never destroyed, because networks in static objects may
/// outlive it.
ov::Core& core() {
  static ov::Core& shared = *new ov::Core;
  return shared;
}

/// Fixes an open batch dimension to 1. Any other open dimension would leave input tensors empty and writing
/// to them would corrupt the heap, so it is refused.
Result<std::shared_ptr<ov::Model>> with_fixed_shapes(std::shared_ptr<ov::Model> model,
                                                     const std::string& name) {
  if (model->is_dynamic()) {
    model = model->clone();
    std::map<ov::Output<ov::Node>, ov::PartialShape> shapes;
    for (const auto& input : model->inputs()) {
      ov::PartialShape shape = input.get_partial_shape();
      if (shape.rank().is_dynamic())
        return fail(ErrorKind::broken_model, "The network " + name + " has an input of unknown rank.");
      if (shape.size() > 0 && shape[0].is_dynamic()) shape[0] = 1;
      shapes[input] = shape;
    }
    model->reshape(shapes);
  }
  ov::OutputVector ports = model->inputs();
  for (const auto& output : model->outputs()) ports.push_back(output);
  for (const auto& port : ports) {
    if (port.get_partial_shape().is_dynamic())
      return fail(ErrorKind::broken_model,
                  "The network " + name + " leaves more open than the batch dimension of its inputs.");
    if (port.get_element_type() != ov::element::f32)
      return fail(ErrorKind::broken_model, "The network " + name + " has an input or output of type " +
                                               port.get_element_type().get_type_name() +
                                               " where 32-bit floats are needed.");
  }
  return model;
}

ov::CompiledModel compile_for_cpu(const std::shared_ptr<ov::Model>& model, int threads,
                                  const std::filesystem::path& cache) {
  ov::AnyMap settings{ov::hint::inference_precision(ov::element::f32),
                      ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                      ov::num_streams(threads), ov::inference_num_threads(threads),
                      ov::hint::enable_cpu_pinning(false)};
  if (!cache.empty()) {
    ov::AnyMap cached = settings;
    cached.insert(ov::cache_dir(cache.string()));
    try {
      return core().compile_model(model, "CPU", cached);
    } catch (const std::exception&) {
      // An unwritable folder or a damaged entry: compile as if there were no cache.
    }
  }
  return core().compile_model(model, "CPU", settings);
}

/// OpenVINO's reader for the file, by its extension and first bytes; empty when it is no network.
/// Core::read_model is not used because it tries all its readers, some of which write to standard error.
std::string framework_of(const std::filesystem::path& file) {
  std::array<char, 8> start{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(start.data(), start.size())) return {};
  const std::string extension = file.extension().string();
  if (extension == ".tflite" && std::string_view(start.data() + 4, 4) == "TFL3") return "tflite";
  if (extension == ".onnx" && start[0] == 0x08) return "onnx";  // protobuf: field 1 (ir_version), a varint
  if (extension == ".xml" && start[0] == '<') return "ir";
  return {};
}

/// MediaPipe's own operation that OpenVINO's reader does not know: a transposed convolution of stride 2 whose
/// kernel (1 x 2 x 2 x channels) covers its steps exactly, and a bias.
ov::OutputVector doubled_by_transposed_convolution(const ov::frontend::NodeContext& node) {
  using namespace ov::opset8;
  const auto order = [](const std::vector<std::int64_t>& axes) {
    return Constant::create(ov::element::i64, {axes.size()}, axes);
  };
  const auto kernel = node.get_input(1).get_partial_shape();
  if (node.get_input_size() != 3 || kernel.is_dynamic() || kernel.size() != 4 || kernel[1] != 2 ||
      kernel[2] != 2)
    throw std::runtime_error("another transposed convolution than expected");
  const auto planes = std::make_shared<Transpose>(node.get_input(0), order({0, 3, 1, 2}));
  const auto weights = std::make_shared<Transpose>(node.get_input(1), order({3, 0, 1, 2}));
  const auto doubled =
      std::make_shared<ConvolutionBackpropData>(planes, weights, ov::Strides{2, 2}, ov::CoordinateDiff{0, 0},
                                                ov::CoordinateDiff{0, 0}, ov::Strides{1, 1});
  const auto pixels = std::make_shared<Transpose>(doubled, order({0, 2, 3, 1}));
  return {std::make_shared<Add>(pixels, node.get_input(2))};
}

std::shared_ptr<ov::Model> read_network(const std::filesystem::path& file, const std::string& framework) {
  ov::frontend::FrontEndManager readers;
  const ov::frontend::FrontEnd::Ptr reader = readers.load_by_framework(framework);
  if (reader && framework == "tflite")
    reader->add_extension(std::make_shared<ov::frontend::tensorflow_lite::ConversionExtension>(
        "Convolution2DTransposeBias", doubled_by_transposed_convolution));
  const ov::frontend::InputModel::Ptr input = reader ? reader->load(file.string()) : nullptr;
  return input ? reader->convert(input) : nullptr;
}

}  // namespace

Result<Network> Network::compile(const std::shared_ptr<ov::Model>& model, const std::string& name,
                                 int threads, const std::filesystem::path& cache) {
  if (threads < 1) return fail(ErrorKind::usage, "A network needs at least one thread.");
  try {
    auto fixed = with_fixed_shapes(model, name);
    if (!fixed) return pass_on(std::move(fixed));
    auto compiled = std::make_shared<Compiled>(Compiled{name, compile_for_cpu(*fixed, threads, cache)});
    Network network;
    network.compiled_ = compiled;
    // The first run makes the last buffers and shows what only fails in use; Inference::run() may rely on it.
    ov::InferRequest first = compiled->model.create_infer_request();
    for (const auto& input : compiled->model.inputs()) {
      ov::Tensor tensor = first.get_tensor(input);
      std::fill_n(tensor.data<float>(), tensor.get_size(), 0.F);
    }
    first.infer();
    return network;
  } catch (const std::exception&) {
    return fail(ErrorKind::broken_model,
                "The network " + name + " is damaged or uses operations this version cannot run.");
  }
}

Result<Network> Network::load(const std::filesystem::path& file, int threads,
                              const std::filesystem::path& cache) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem))
    return fail(ErrorKind::broken_model,
                "The network file " + file.string() + " is missing; tools/setup installs it.");
  const auto damaged = [&file] {
    return fail(ErrorKind::broken_model, "The network file " + file.string() +
                                             " is damaged or not a network; tools/setup installs it.");
  };
  const std::string framework = framework_of(file);
  if (framework.empty()) return damaged();
  std::shared_ptr<ov::Model> model;
  try {
    model = read_network(file, framework);
  } catch (const std::exception&) {
    return damaged();
  }
  if (!model) return damaged();
  return compile(model, file.filename().string(), threads, cache);
}

struct Inference::State {
  std::string name;
  ov::CompiledModel model;  // keeps OpenVINO's side alive as long as the request
  ov::InferRequest request;
  std::vector<ov::Tensor> owned;  // keeps the memory behind the spans
  std::vector<std::span<float>> inputs, outputs;
};

Inference::Inference(const Network& network) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.name = network.compiled().name;
  s.model = network.compiled().model;
  s.request = s.model.create_infer_request();
  const auto own = [&s](const ov::Output<const ov::Node>& port) {
    ov::Tensor tensor(port.get_element_type(), port.get_shape());
    const std::span<float> values(tensor.data<float>(), tensor.get_size());
    std::fill(values.begin(), values.end(), 0.F);
    s.request.set_tensor(port, tensor);
    s.owned.push_back(std::move(tensor));
    return values;
  };
  for (const auto& port : s.model.inputs()) s.inputs.push_back(own(port));
  for (const auto& port : s.model.outputs()) s.outputs.push_back(own(port));
}

Inference::~Inference() = default;
Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;

std::size_t Inference::inputs() const noexcept {
  return state_->inputs.size();
}
std::span<float> Inference::input(std::size_t index) noexcept {
  return state_->inputs[index];
}
void Inference::run() noexcept {
  state_->request.infer();
}
std::size_t Inference::outputs() const noexcept {
  return state_->outputs.size();
}
std::span<const float> Inference::output(std::size_t index) const noexcept {
  return state_->outputs[index];
}

Result<std::size_t> Inference::output_of_size(std::size_t values) const {
  for (std::size_t i = 0; i < state_->outputs.size(); ++i)
    if (state_->outputs[i].size() == values) return i;
  return fail(ErrorKind::broken_model,
              "The network " + state_->name + " has no output of " + std::to_string(values) + " values.");
}

}  // namespace parlante
