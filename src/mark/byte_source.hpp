// Bytes to look into at any place: a file, or memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace parlante {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const noexcept = 0;
  /// Fills `into` from `offset`; false when they are not all there.
  virtual bool read(std::uint64_t offset, std::span<std::uint8_t> into) const = 0;

  /// `count` bytes from `offset`, if they are there and are not more than `limit`.
  std::optional<std::vector<std::uint8_t>> bytes(std::uint64_t offset, std::uint64_t count,
                                                 std::uint64_t limit) const {
    if (count > limit || offset > size() || count > size() - offset) return std::nullopt;
    std::vector<std::uint8_t> all(static_cast<std::size_t>(count));
    if (!read(offset, all)) return std::nullopt;
    return all;
  }
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  bool read(std::uint64_t offset, std::span<std::uint8_t> into) const override;

 private:
  std::span<const std::uint8_t> bytes_;
};

/// Not thread-safe.
class FileSource final : public ByteSource {
 public:
  /// Nothing when the file cannot be opened.
  static std::unique_ptr<FileSource> open(const std::filesystem::path& file);
  std::uint64_t size() const noexcept override { return size_; }
  bool read(std::uint64_t offset, std::span<std::uint8_t> into) const override;

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  FileSource(std::FILE* file, std::uint64_t size) : file_(file), size_(size) {}
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t size_;
};

}  // namespace parlante
