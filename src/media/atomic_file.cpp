#include "media/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

namespace parlante {
namespace {

constexpr std::size_t kLongestName = 200;  // of the 255 bytes a name may have, so that the temporary one fits

std::string random_letters() {
  std::random_device device;
  std::string letters(8, 'a');
  for (char& letter : letters) letter = "abcdefghijklmnopqrstuvwxyz0123456789"[device() % 36];
  return letters;
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target, std::filesystem::path temporary)
    : target_(std::move(target)), temporary_(std::move(temporary)) {}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target) {
  std::error_code error;
  if (target.filename().empty())
    return fail(ErrorKind::failed, "The target " + target.string() + " is not the name of a file.");
  if (std::filesystem::is_directory(target, error))
    return fail(ErrorKind::failed, target.string() + " is a folder, not a file.");
  const std::filesystem::path folder =
      target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(folder, error))
    return fail(ErrorKind::failed, "There is no folder " + folder.string() + ".");
  for (int attempt = 0; attempt < 16; ++attempt) {
    std::string name(1, '.');
    name.append(target.filename().string(), 0, kLongestName)
        .append(1, '.')
        .append(random_letters())
        .append(".part");
    const std::filesystem::path temporary =
        target.has_parent_path() ? folder / name : std::filesystem::path(name);
    const int file = ::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) {
      ::close(file);
      return AtomicFile(target, temporary);
    }
    if (errno != EEXIST)
      return fail(ErrorKind::failed, target.string() + " cannot be written: " + std::strerror(errno) + ".");
  }
  return fail(ErrorKind::failed,
              target.string() + " cannot be written: no free temporary name in its folder.");
}

AtomicFile::~AtomicFile() {
  remove();
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  target_ = std::move(other.target_);
  temporary_ = std::exchange(other.temporary_, {});
  return *this;
}

void AtomicFile::remove() noexcept {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

Result<> AtomicFile::commit(const LastStep& last_step) {
  if (last_step)
    if (auto taken = last_step(temporary_); !taken) return taken;
  std::error_code error;
  std::filesystem::rename(temporary_, target_, error);
  if (error)
    return fail(ErrorKind::failed, target_.string() + " cannot be written: " + error.message() + ".");
  temporary_.clear();
  return {};
}

bool is_special_file(const std::filesystem::path& target) {
  std::error_code error;
  const auto status = std::filesystem::status(target, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

}  // namespace parlante
