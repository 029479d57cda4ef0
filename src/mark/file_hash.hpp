// SHA-256 of files and of their parts.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/result.hpp"

namespace parlante {

using Sha256 = std::array<std::uint8_t, 32>;

/// A hash that grows. Not thread-safe.
class Sha256Sum {
 public:
  Sha256Sum();
  ~Sha256Sum();
  Sha256Sum(Sha256Sum&&) noexcept;
  void add(std::span<const std::uint8_t> bytes);
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Of a whole file, hex. Errors: failed (cannot be read, or is no file).
Result<std::string> file_sha256(const std::filesystem::path& file);
std::string bytes_sha256(std::span<const std::uint8_t> bytes);
std::string hex(std::span<const std::uint8_t> bytes);

}  // namespace parlante
