#include "mark/private_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace parlante {
namespace {

constexpr std::size_t kLargest = 1u << 20;

tl::unexpected<Error> cannot(const std::filesystem::path& file, const char* what) {
  return fail(ErrorKind::failed, file.string() + " cannot be " + what + ": " + std::strerror(errno) + ".");
}

/// A file descriptor that closes itself.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

Result<std::filesystem::path> private_folder() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (const auto data = set("XDG_DATA_HOME"); !data.empty() && data[0] == '/')
    return std::filesystem::path(data) / "parlante";
  if (const auto home = set("HOME"); !home.empty())
    return std::filesystem::path(home) / ".local" / "share" / "parlante";
  return fail(
      ErrorKind::failed,
      "There is no folder for this installation's keys: set HOME or XDG_DATA_HOME, or give a certificate "
      "with --sign-cert and --sign-key.");
}

Result<> make_private_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(ErrorKind::failed, "The folder " + folder.string() +
                                       " for this installation's keys cannot be made: " +
                                       std::strerror(errno) + "; set XDG_DATA_HOME to another one.");
  return {};
}

Result<> write_private_file(const std::filesystem::path& file, std::string_view content) {
  std::string temporary = file.string() + ".XXXXXX";
  const Descriptor out{::mkstemp(temporary.data())};  // mode 600
  if (out.value < 0) return cannot(file, "written");
  bool written = true;
  while (written && !content.empty()) {
    const ssize_t count = ::write(out.value, content.data(), content.size());
    written = count > 0 || (count < 0 && errno == EINTR);
    if (count > 0) content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (written && ::fsync(out.value) == 0 && std::rename(temporary.c_str(), file.c_str()) == 0) return {};
  auto failure = cannot(file, "written");
  ::unlink(temporary.c_str());
  return failure;
}

Result<std::string> read_private_file(const std::filesystem::path& file, bool strict) {
  const Descriptor in{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (in.value < 0) return cannot(file, "read");
  struct stat status {};
  if (::fstat(in.value, &status) != 0) return cannot(file, "read");
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::failed, file.string() + " is not a file.");
  if (strict && (status.st_mode & 077) != 0)
    return fail(ErrorKind::failed,
                "The key file " + file.string() +
                    " is open to other users: make it private with chmod 600, and make new keys "
                    "if somebody may have read it.");
  if (static_cast<std::size_t>(status.st_size) > kLargest)
    return fail(ErrorKind::failed, file.string() + " is too large to be what it should be.");
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t got = 0;
  while (got < content.size()) {
    const ssize_t count = ::read(in.value, content.data() + got, content.size() - got);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot(file, "read");
    if (count == 0) break;
    got += static_cast<std::size_t>(count);
  }
  content.resize(got);
  return content;
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const auto file = folder / "lock";
  Descriptor lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (lock.value < 0) return cannot(file, "written");
  while (::flock(lock.value, LOCK_EX) != 0)
    if (errno != EINTR) return cannot(file, "locked");
  return FolderLock(std::exchange(lock.value, -1));
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

}  // namespace parlante
