#include "output_lines.hpp"

#include <unistd.h>

#include <utility>

namespace parlante::app {

Result<OutputLines> OutputLines::open(const std::string& target) {
  if (target == "-") return OutputLines(stdout, "", "");
  const std::string temporary = target + "." + std::to_string(getpid()) + ".part";
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr)
    return fail(ErrorKind::failed, "Cannot write to \"" + target + "\": is the folder there, and writable?");
  return OutputLines(file, target, temporary);
}

OutputLines::OutputLines(OutputLines&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)) {}

OutputLines::~OutputLines() {
  if (file_ == nullptr || temporary_.empty()) return;
  std::fclose(file_);
  std::remove(temporary_.c_str());
}

Result<> OutputLines::write(const std::string& line) {
  if (std::fprintf(file_, "%s\n", line.c_str()) < 0)
    return fail(ErrorKind::failed, "The lines cannot be written; is the disk full?");
  return {};
}

Result<> OutputLines::finish() {
  const bool flushed = std::fflush(file_) == 0;
  if (temporary_.empty()) {
    if (!flushed) return fail(ErrorKind::failed, "Standard output cannot be written.");
    return {};
  }
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!flushed || !closed || std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    std::remove(temporary_.c_str());
    return fail(ErrorKind::failed, "\"" + target_ + "\" cannot be written; is the disk full?");
  }
  return {};
}

}  // namespace parlante::app
