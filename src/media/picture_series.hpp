// Frames as numbered PNG files that appear together, when all are complete.
#pragma once

#include <filesystem>
#include <string>

#include "core/image.hpp"
#include "core/result.hpp"
#include "media/atomic_file.hpp"

namespace parlante {

/// Does the target mean many pictures: a folder (it exists, or ends with "/"), or a name with a number's
/// place such as frame%05d.png?
bool is_picture_series(const std::string& target);

/// Writes into a folder beside the target; finish() moves the pictures to their names, counted from 0; the
/// destructor without finish() removes them. Not thread-safe.
class PictureSeries {
 public:
  /// A folder that holds something already is left alone, except for pictures of a pattern, which are written
  /// over. Errors: usage (a pattern without ".png", or with more than one number), failed (a folder that is
  /// not empty, is not there or cannot be written).
  static Result<PictureSeries> open(const std::string& target, LastStep last_step = {});
  ~PictureSeries();
  PictureSeries(PictureSeries&& other) noexcept;
  PictureSeries& operator=(PictureSeries&&) = delete;

  /// The next picture: RGB, or RGBA, not premultiplied. Errors: failed.
  Result<> write_frame(const ImageU8& picture);
  /// Errors: failed (no picture was written; one cannot be moved to its name).
  Result<> finish();

 private:
  PictureSeries(std::filesystem::path folder, std::filesystem::path making, std::string prefix,
                std::string suffix, int digits, bool whole_folder);
  std::string name_of(std::int64_t index) const;

  std::filesystem::path folder_, making_;  ///< making_ empty: nothing to remove
  std::string prefix_, suffix_;
  LastStep last_step_;
  int digits_ = 5;
  bool whole_folder_ = false;
  std::int64_t written_ = 0;
};

}  // namespace parlante
