// A file that appears under its name only when it is complete.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.hpp"

namespace parlante {

/// Holds the name of a temporary file `.<name>.<random>.part` in the target's folder. commit() moves it to
/// the target; the destructor without commit() removes it. Not thread-safe.
class AtomicFile {
 public:
  /// Creates the temporary file, empty. Errors: failed (no such folder, not writable, the target is a
  /// folder).
  static Result<AtomicFile> create(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;

  const std::filesystem::path& temporary() const noexcept { return temporary_; }
  /// Moves the temporary file to the target, over an older one. Call when it is written and closed. Errors:
  /// failed.
  Result<> commit();

 private:
  AtomicFile(std::filesystem::path target, std::filesystem::path temporary);
  void remove() noexcept;
  std::filesystem::path target_, temporary_;  // temporary_ empty: nothing to remove
};

/// True for what must be written in place: a device, a pipe, a socket.
bool is_special_file(const std::filesystem::path& target);

}  // namespace parlante
