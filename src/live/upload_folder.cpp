#include "live/upload_folder.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace parlante {
namespace fs = std::filesystem;

std::string random_id() {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<unsigned char, 22> bytes{};  // 132 bits
  for (std::size_t got = 0; got < bytes.size();) {
    const ssize_t more = getrandom(bytes.data() + got, bytes.size() - got, 0);
    if (more > 0) got += static_cast<std::size_t>(more);
  }
  std::string id;
  for (const unsigned char byte : bytes) id += kLetters[byte % kLetters.size()];
  return id;
}

Result<UploadFolder> UploadFolder::make(const fs::path& parent) {
  std::error_code error;
  const fs::path in = parent.empty() ? fs::temp_directory_path(error) : parent;
  std::string name = (in / "parlante-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr)
    return fail(ErrorKind::failed, "Cannot make a private folder in \"" + in.string() + "\" for uploads.");
  return UploadFolder(name);
}

UploadFolder::~UploadFolder() {
  if (!path_.empty()) remove_files(path_);
}

UploadFolder::UploadFolder(UploadFolder&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

Result<> write_upload(const fs::path& file, std::string_view content) {
  const int handle = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  bool good = handle >= 0;
  for (std::size_t at = 0; good && at < content.size();) {
    const ssize_t written = write(handle, content.data() + at, content.size() - at);
    if (written > 0) {
      at += static_cast<std::size_t>(written);
    } else if (written == 0 || errno != EINTR) {
      good = false;
    }
  }
  if (handle >= 0 && close(handle) != 0) good = false;
  if (good) return {};
  remove_files(file);
  return fail(ErrorKind::failed, "There is no room for the upload: the server's disk is full.");
}

}  // namespace parlante
