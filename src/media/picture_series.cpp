#include "media/picture_series.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include <stdlib.h>

#include "media/picture.hpp"

namespace parlante {
namespace {

/// A file name with one place for a number.
struct Pattern {
  std::string prefix, suffix;
  int digits = 0;
};

/// Finds %d or %05d. Nothing when there is none; digits -1 when it is no such pattern after all.
bool find_pattern(const std::string& name, Pattern& pattern) {
  const auto percent = name.find('%');
  if (percent == std::string::npos) return false;
  std::size_t end = percent + 1;
  while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end]))) ++end;
  const std::string digits = name.substr(percent + 1, end - percent - 1);
  pattern.prefix = name.substr(0, percent);
  const bool fine =
      end < name.size() && name[end] == 'd' && digits.size() <= 2 && name.find('%', end) == std::string::npos;
  pattern.suffix = fine ? name.substr(end + 1) : std::string();
  pattern.digits = fine ? (digits.empty() ? 1 : std::atoi(digits.c_str())) : -1;
  return true;
}

bool ends_with_png(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.ends_with(".png");
}

}  // namespace

bool is_picture_series(const std::string& target) {
  std::error_code error;
  Pattern pattern;
  return !target.empty() && (target.back() == '/' || std::filesystem::is_directory(target, error) ||
                             (ends_with_png(target) &&
                              find_pattern(std::filesystem::path(target).filename().string(), pattern)));
}

Result<PictureSeries> PictureSeries::open(const std::string& target, LastStep last_step) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path folder = target, beside;
  Pattern pattern{"frame", ".png", 5};
  const bool whole_folder = target.back() == '/' || fs::is_directory(folder, error);
  if (whole_folder) {
    if (!folder.has_filename()) folder = folder.parent_path();
    if (fs::exists(folder, error) && !fs::is_directory(folder, error))
      return fail(ErrorKind::failed, folder.string() + " is a file, not a folder.");
    if (fs::is_directory(folder, error) && !fs::is_empty(folder, error))
      return fail(ErrorKind::failed,
                  "The folder " + folder.string() + " is not empty; name a new one for the pictures.");
    beside = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  } else {
    if (!find_pattern(folder.filename().string(), pattern) || pattern.digits < 0 ||
        !ends_with_png(pattern.suffix))
      return fail(ErrorKind::usage,
                  "\"" + target +
                      "\" is no pattern for pictures: it needs one place for the number, such as "
                      "frame%05d.png.");
    folder = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    beside = folder;
  }
  if (!fs::is_directory(beside, error))
    return fail(ErrorKind::failed, "There is no folder " + beside.string() + ".");
  std::string making = (beside / ".frames.part.XXXXXX").string();
  if (!::mkdtemp(making.data()))
    return fail(ErrorKind::failed, target + " cannot be written: " + std::strerror(errno) + ".");
  PictureSeries series(folder, making, pattern.prefix, pattern.suffix, pattern.digits, whole_folder);
  series.last_step_ = std::move(last_step);  // for every picture
  return series;
}

PictureSeries::PictureSeries(std::filesystem::path folder, std::filesystem::path making, std::string prefix,
                             std::string suffix, int digits, bool whole_folder)
    : folder_(std::move(folder)),
      making_(std::move(making)),
      prefix_(std::move(prefix)),
      suffix_(std::move(suffix)),
      digits_(digits),
      whole_folder_(whole_folder) {}

PictureSeries::PictureSeries(PictureSeries&& other) noexcept
    : folder_(std::move(other.folder_)),
      making_(std::exchange(other.making_, {})),
      prefix_(std::move(other.prefix_)),
      suffix_(std::move(other.suffix_)),
      last_step_(std::move(other.last_step_)),
      digits_(other.digits_),
      whole_folder_(other.whole_folder_),
      written_(other.written_) {}

PictureSeries::~PictureSeries() {
  std::error_code error;
  if (!making_.empty()) std::filesystem::remove_all(making_, error);
}

std::string PictureSeries::name_of(std::int64_t index) const {
  std::string number = std::to_string(index);
  if (const auto digits = static_cast<std::size_t>(digits_); number.size() < digits)
    number.insert(0, digits - number.size(), '0');
  return prefix_ + number + suffix_;
}

Result<> PictureSeries::write_frame(const ImageU8& picture) {
  if (auto written = write_png(picture, making_ / name_of(written_), last_step_); !written)
    return fail(written.error().kind, folder_.string() + ": " + written.error().message);
  ++written_;
  return {};
}

Result<> PictureSeries::finish() {
  if (written_ == 0) return fail(ErrorKind::failed, "No frame was made, so no picture was written.");
  std::error_code error;
  const auto cannot = [&](const std::filesystem::path& target) {
    return fail(ErrorKind::failed, target.string() + " cannot be written: " + error.message() + ".");
  };
  if (whole_folder_) {
    // mkdtemp makes folders for the owner alone
    std::filesystem::permissions(making_, std::filesystem::perms(0755), error);
    std::filesystem::rename(making_, folder_, error);  // over an empty folder, too
    if (error) return cannot(folder_);
    making_.clear();
    return {};
  }
  for (std::int64_t index = 0; index < written_; ++index) {
    std::filesystem::rename(making_ / name_of(index), folder_ / name_of(index), error);
    if (error) return cannot(folder_ / name_of(index));
  }
  return {};
}

}  // namespace parlante
