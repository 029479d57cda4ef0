// A compiled network on the CPU: 32-bit floats pinned, fixed shapes, one thread unless asked otherwise.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace ov {
class Model;
}

namespace parlante {

/// Immutable once compiled and shareable between threads; each thread makes its own Inference. A default-made
/// Network is empty and may only be assigned to.
///
/// Precision is pinned to f32: OpenVINO's default is bf16 on processors with AMX, which moves landmarks by
/// pixels.
class Network {
 public:
  /// Reads a TFLite, ONNX or OpenVINO IR file; an open batch dimension becomes 1. All inputs and outputs must
  /// be 32-bit floats. `threads`: as many Inferences run at the same time, each on one thread; each further
  /// one takes memory for its values (weights are shared). `cache`: a folder where OpenVINO keeps compiled
  /// networks, which saves a third of the next load; empty: none is kept. A cache that cannot be used is
  /// passed over. Errors: broken_model (missing, damaged, other open dimensions); usage (threads < 1).
  static Result<Network> load(const std::filesystem::path& file, int threads = 1,
                              const std::filesystem::path& cache = {});
  /// Compiles a graph that was built in memory; `name` appears in errors. The graph itself is left as it is.
  static Result<Network> compile(const std::shared_ptr<ov::Model>& model, const std::string& name,
                                 int threads = 1, const std::filesystem::path& cache = {});

  struct Compiled;  ///< OpenVINO's part, hidden
  const Compiled& compiled() const noexcept { return *compiled_; }

 private:
  std::shared_ptr<const Compiled> compiled_;
};

/// One flow of inputs through a network: owns its input and output values, which stay at the same address
/// until it is destroyed. Not thread-safe. Several Inferences of one Network may run in several threads; more
/// than the threads it was loaded for take turns.
class Inference {
 public:
  /// A network that loaded has already run once, so this fails only (std::bad_alloc, ov::Exception) when
  /// memory runs out.
  explicit Inference(const Network& network);
  ~Inference();
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;

  std::size_t inputs() const noexcept;
  /// Values of an input, row-major in the graph's own layout; zeros at first, and kept from run to run.
  std::span<float> input(std::size_t index = 0) noexcept;
  /// OpenVINO makes some hundred small allocations a run; nothing else does.
  void run() noexcept;
  std::size_t outputs() const noexcept;
  /// Values of an output as the last run() left them.
  std::span<const float> output(std::size_t index) const noexcept;
  /// The index of the first output with that many values; Errors: broken_model.
  Result<std::size_t> output_of_size(std::size_t values) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
