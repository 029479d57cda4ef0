// A file that appears under its name only when it is complete.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/result.hpp"

namespace parlante {

/// What is done to a complete file before it gets its name, such as signing it. It may replace the file at
/// `temporary`; its failure is the writer's.
using LastStep = std::function<Result<>(const std::filesystem::path& temporary)>;

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
  /// Takes the last step, if there is one, and moves the temporary file to the target, over an older one.
  /// Call when it is written and closed. Errors: failed, those of the last step.
  Result<> commit(const LastStep& last_step = {});

 private:
  AtomicFile(std::filesystem::path target, std::filesystem::path temporary);
  void remove() noexcept;
  std::filesystem::path target_, temporary_;  // temporary_ empty: nothing to remove
};

/// True for what must be written in place: a device, a pipe, a socket.
bool is_special_file(const std::filesystem::path& target);

}  // namespace parlante
