#include "mark/byte_source.hpp"

#include <sys/types.h>

#include <algorithm>

namespace parlante {

bool MemorySource::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  if (offset > bytes_.size() || into.size() > bytes_.size() - offset) return false;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
  return true;
}

std::unique_ptr<FileSource> FileSource::open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return nullptr;
  const auto size = std::filesystem::file_size(file, error);
  std::FILE* opened = error ? nullptr : std::fopen(file.c_str(), "rb");
  return opened ? std::unique_ptr<FileSource>(new FileSource(opened, size)) : nullptr;
}

bool FileSource::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  if (offset > size_ || into.size() > size_ - offset) return false;
  return fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) == 0 &&
         std::fread(into.data(), 1, into.size(), file_.get()) == into.size();
}

}  // namespace parlante
