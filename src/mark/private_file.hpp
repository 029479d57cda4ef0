// Small files that only their owner may read, in the user's data folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace parlante {

/// $XDG_DATA_HOME/parlante, else ~/.local/share/parlante. Errors: failed (neither variable is set).
Result<std::filesystem::path> private_folder();

/// Makes the folder, for its owner only, where it is missing. Errors: failed.
Result<> make_private_folder(const std::filesystem::path& folder);

/// Replaces the file as a whole, mode 600. Errors: failed.
Result<> write_private_file(const std::filesystem::path& file, std::string_view content);

/// The whole file. Errors: failed (missing, unreadable, larger than 1 MiB; with `strict`: others may read or
/// write it).
Result<std::string> read_private_file(const std::filesystem::path& file, bool strict);

/// Holds the folder for this process while it lives; waits for others. Errors: failed.
class FolderLock {
 public:
  static Result<FolderLock> take(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int file) : file_(file) {}
  int file_;
};

}  // namespace parlante
