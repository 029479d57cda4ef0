// A recorded face: codes over time, as `parlante track` prints them, to be played at any rate.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "core/arkit.hpp"
#include "core/result.hpp"

namespace parlante {

/// Immutable; may be shared by threads.
class FaceTrack {
 public:
  /// JSON lines as in docs/formats.md, with "seconds" (increasing; without any, 25 lines are a second). Lines
  /// without a face are bridged. Errors: usage, with the number of the line: no file, no JSON, times that do
  /// not increase, no line with a face, more than a million lines.
  static Result<FaceTrack> read(const std::filesystem::path& file);
  static Result<FaceTrack> read(std::istream& lines, const std::string& name);

  /// The face `seconds` after the track's beginning. Between frames it is interpolated; after the end the
  /// track begins again, its last second (at most a third of it) passing into its first. Pose and
  /// translation are relative to their means over the track; smile and frown are the mood, without the quick
  /// changes of the recorded speech; the gaze rests and jumps as eyes do, without the tracker's trembling;
  /// all else is as recorded. A track shorter than .2 s is held.
  FaceCode at(double seconds) const noexcept;

  double seconds() const noexcept { return times_.back() - times_.front(); }

 private:
  FaceCode between_frames(double seconds) const noexcept;
  void centre();
  void keep_mood();
  void keep_fixations();

  std::vector<double> times_;  ///< of the frames' middles, from the first line's
  std::vector<FaceCode> codes_;
};

}  // namespace parlante
