#include "media/exif.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace parlante {
namespace {

constexpr std::uint32_t kOrientation = 0x0112, kExifDirectory = 0x8769, kWidth = 0xA002, kHeight = 0xA003,
                        kFocal35mm = 0xA405;
constexpr std::uint32_t kShort = 3, kLong = 4;  // types of values
constexpr double kFilmDiagonalMm = 43.2666;     // of 36 x 24 mm
constexpr double kShortestMm = 14, kLongestMm = 135, kLongestWritten = 2000;
constexpr double kSameShape = .02, kNearlySquare = 1.25, kDiagonalOf4To3 = 5. / 3;  // of the shorter side

class Tiff {
 public:
  explicit Tiff(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {
    little_ = bytes.size() >= 2 && bytes[0] == 'I' && bytes[1] == 'I';
    const bool big = bytes.size() >= 2 && bytes[0] == 'M' && bytes[1] == 'M';
    fine_ = bytes.size() >= 14 && (little_ || big) && number(2, 2) == 42;
  }
  bool fine() const noexcept { return fine_; }

  std::uint32_t number(std::size_t at, int bytes) const noexcept {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value |= std::uint32_t{bytes_[at + static_cast<std::size_t>(i)]} << (8 * (little_ ? i : bytes - 1 - i));
    return value;
  }

  /// Calls use(tag, value) for each whole entry with a number in it.
  template <class F>
  void entries(std::size_t directory, F use) const noexcept {
    if (directory > bytes_.size() - 2) return;
    const std::size_t count = number(directory, 2);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t entry = directory + 2 + i * 12;
      if (entry + 12 > bytes_.size()) return;
      const std::uint32_t type = number(entry + 2, 2);
      if (type == kShort || type == kLong) use(number(entry, 2), number(entry + 8, type == kShort ? 2 : 4));
    }
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool little_ = false, fine_ = false;
};

}  // namespace

ExifFacts exif_in_tiff(std::span<const std::uint8_t> bytes) noexcept {
  ExifFacts facts;
  const Tiff tiff(bytes);
  if (!tiff.fine()) return facts;
  std::size_t further = 0;
  tiff.entries(tiff.number(4, 4), [&](std::uint32_t tag, std::uint32_t value) {
    if (tag == kOrientation && value >= 1 && value <= 8) facts.orientation = static_cast<int>(value);
    if (tag == kExifDirectory) further = value;
  });
  if (further == 0) return facts;
  const auto side = [](std::uint32_t value) { return value <= 1u << 20 ? static_cast<int>(value) : 0; };
  tiff.entries(further, [&](std::uint32_t tag, std::uint32_t value) {
    if (tag == kFocal35mm && value <= kLongestWritten) facts.focal_35mm = value;
    if (tag == kWidth) facts.width = side(value);
    if (tag == kHeight) facts.height = side(value);
  });
  return facts;
}

double focal_px(const ExifFacts& exif, int width, int height) noexcept {
  if (!(exif.focal_35mm > 0) || width < 1 || height < 1) return 0;
  const auto shape = [](double a, double b) { return std::max(a, b) / std::min(a, b); };
  const double longer = std::max(width, height), shorter = std::min(width, height);
  double diagonal = std::hypot(longer, shorter);
  if (shape(longer, shorter) < kNearlySquare) diagonal = kDiagonalOf4To3 * shorter;
  if (exif.width > 0 && exif.height > 0) {
    const double camera_longer = std::max(exif.width, exif.height),
                 camera_shorter = std::min(exif.width, exif.height);
    const bool other_shape =
        std::abs(shape(camera_longer, camera_shorter) / shape(longer, shorter) - 1) > kSameShape;
    if (other_shape && longer <= camera_longer && shorter <= camera_shorter)
      diagonal = std::hypot(camera_longer, camera_shorter);
  }
  return std::clamp(exif.focal_35mm, kShortestMm, kLongestMm) / kFilmDiagonalMm * diagonal;
}

}  // namespace parlante
