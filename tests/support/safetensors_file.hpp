// Writes safetensors files for tests: right ones, and with the help of raw headers wrong ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace parlante::testing {

using FileBytes = std::vector<std::uint8_t>;

/// The length of the header, the header, the numbers.
inline FileBytes safetensors_bytes(const std::string& header, std::span<const std::uint8_t> numbers) {
  const std::uint64_t length = header.size();
  FileBytes bytes(sizeof length + header.size() + numbers.size());
  std::memcpy(bytes.data(), &length, sizeof length);
  std::ranges::copy(header, bytes.begin() + sizeof length);
  std::ranges::copy(numbers, bytes.begin() + static_cast<std::ptrdiff_t>(sizeof length + header.size()));
  return bytes;
}

/// Named arrays of 32-bit floats, and metadata.
class SafeTensorsFile {
 public:
  struct Array {
    std::vector<std::size_t> shape;
    std::vector<float> values;
  };
  std::map<std::string, Array> arrays;
  std::map<std::string, std::string> metadata;

  FileBytes bytes() const {
    std::ostringstream header;
    header << R"({"__metadata__":{)";
    const char* between = "";
    for (const auto& [key, text] : metadata) {
      header << between << std::quoted(key) << ":" << std::quoted(text);
      between = ",";
    }
    header << "}";
    FileBytes numbers;
    for (const auto& [name, array] : arrays) {
      const std::size_t begin = numbers.size();
      numbers.resize(begin + array.values.size() * sizeof(float));
      std::memcpy(numbers.data() + begin, array.values.data(), array.values.size() * sizeof(float));
      header << "," << std::quoted(name) << R"(:{"dtype":"F32","shape":[)";
      between = "";
      for (const std::size_t length : array.shape) {
        header << between << length;
        between = ",";
      }
      header << R"(],"data_offsets":[)" << begin << "," << numbers.size() << "]}";
    }
    header << "}";
    return safetensors_bytes(header.str(), numbers);
  }

  void write(const std::filesystem::path& file) const {
    const FileBytes content = bytes();
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  }
};

}  // namespace parlante::testing
