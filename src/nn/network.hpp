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

/// Immutable once compiled and shareable between threads; each thread makes its own Inference.
class Network {
 public:
  /// Reads a TFLite, ONNX or OpenVINO IR file; an open batch dimension becomes 1. Errors: broken_model.
  static Result<Network> load(const std::filesystem::path& file, int threads = 1);
  /// Compiles a graph that was built in memory; `name` appears in errors.
  static Result<Network> compile(const std::shared_ptr<ov::Model>& model, const std::string& name, int threads = 1);

  struct Compiled;  ///< OpenVINO's part, hidden
  const Compiled& compiled() const noexcept { return *compiled_; }

 private:
  std::shared_ptr<const Compiled> compiled_;
};

/// One flow of inputs through a network. Not thread-safe; nothing is allocated in run().
class Inference {
 public:
  explicit Inference(const Network& network);
  ~Inference();
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;

  std::span<float> input(std::size_t index = 0) noexcept;
  void run() noexcept;
  std::size_t outputs() const noexcept;
  std::span<const float> output(std::size_t index) const noexcept;
  /// The index of the first output with that many values; Errors: broken_model.
  Result<std::size_t> output_of_size(std::size_t values) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
