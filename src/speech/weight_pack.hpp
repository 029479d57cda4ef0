// The weight pack of `hama` (PyPI, Apache-2.0): a table of named arrays and their numbers, one after the
// other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace parlante {

/// All arrays of a pack as 32-bit floats. Everything read is checked, so that a damaged file gives an error,
/// never undefined behaviour.
class WeightPack {
 public:
  /// Layout, little-endian: "HAMAPK", two version bytes (1, 2), u32 count, then `count` entries {u16 name
  /// length, name, u8 type (0 f32, 1 f16), u8 rank, u32 dims[rank], u64 offset, u64 bytes}; the numbers start
  /// at the next multiple of 16. Errors: broken_model.
  static Result<WeightPack> read(const std::filesystem::path& file);
  static Result<WeightPack> parse(std::span<const std::uint8_t> bytes);

  /// The array of that name. Errors: broken_model when it is missing or has another shape.
  Result<std::span<const float>> array(std::string_view name, std::initializer_list<std::size_t> shape) const;

 private:
  struct Array {
    std::vector<std::size_t> shape;
    std::vector<float> values;
  };
  std::map<std::string, Array, std::less<>> arrays_;
};

}  // namespace parlante
