// The private folder for what is uploaded and made from it; it goes when the server goes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace parlante {

/// A random name for avatars, jobs and sessions, that nobody can guess: 22 letters and digits.
std::string random_id();

/// A folder of mode 700 inside `parent` (empty: the system's temporary folder). Removed with all that is in
/// it at the end.
class UploadFolder {
 public:
  /// Errors: failed (not writable).
  static Result<UploadFolder> make(const std::filesystem::path& parent);
  ~UploadFolder();
  UploadFolder(UploadFolder&& other) noexcept;
  UploadFolder& operator=(UploadFolder&&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit UploadFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// Writes a file of mode 600. Errors: failed (a full disk); then nothing is left of it.
Result<> write_upload(const std::filesystem::path& file, std::string_view content);

/// Removes files, whether they exist or not.
template <class... Paths>
void remove_files(const Paths&... files) noexcept {
  std::error_code ignored;
  (std::filesystem::remove_all(files, ignored), ...);
}

}  // namespace parlante
