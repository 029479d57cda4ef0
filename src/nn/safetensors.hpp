// Weights in the safetensors format: a JSON table of named arrays, then their numbers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// All arrays of a file as 32-bit floats, and its metadata. Nothing in the file is trusted: a damaged one
/// gives an error, never undefined behaviour, and never more memory than some times its size.
class SafeTensors {
 public:
  /// Layout, little-endian: u64 length of the header, the header (JSON: name -> {"dtype", "shape",
  /// "data_offsets": [begin, end)}, and "__metadata__": name -> text), the numbers. The arrays must tile the
  /// numbers without holes or overlaps, hold F32, F16 or BF16, and no number beyond what a trained network
  /// holds. `title` names the file in errors, as in "the motion model". Errors: broken_model.
  static Result<SafeTensors> read(const std::filesystem::path& file, std::string_view title);
  static Result<SafeTensors> parse(std::span<const std::uint8_t> bytes, std::string_view title);

  /// The array of that name, row-major. Errors: broken_model when it is missing or has another shape.
  Result<std::span<const float>> array(std::string_view name, const std::vector<std::size_t>& shape) const;
  /// A text of the metadata; empty when there is none of that name.
  std::string_view metadata(std::string_view name) const noexcept;

 private:
  struct Array {
    std::vector<std::size_t> shape;
    std::vector<float> values;
  };
  std::string title_;
  std::map<std::string, Array, std::less<>> arrays_;
  std::map<std::string, std::string, std::less<>> metadata_;
};

}  // namespace parlante
