// Fewer pictures, then smaller ones, while a machine cannot keep up; more again when it can.
#pragma once

#include <cstdint>
#include <vector>

#include "core/time.hpp"

namespace parlante {

struct Quality {
  Rational pictures;  ///< a second
  int size = 512;     ///< side of the picture, px

  bool operator==(const Quality& other) const {
    return size == other.size && pictures.num * other.pictures.den == other.pictures.num * pictures.den;
  }
};

/// A function of the frames it was told of and nothing else. Steps: the stream's own rate and size, then
/// 40, 30, 25 and 20 pictures a second as far as these are fewer, then three quarters and half of the size.
/// Once a second's worth of frames it looks at how much of the time was spent on them:
///
/// - above kFull of it, or at this look and at the one before it one frame in twenty late: a step down (one
///   look alone may have seen a machine that stood still for a moment, which fewer pictures do not help);
/// - if the step up, with as much more for pictures as these are more and larger, would stay below kFree for
///   `patience` looks in a row: a step up. Patience is kPatience at first and doubles, up to kMostPatience,
///   each time that a step up is taken back within as many looks, so that nothing swings.
class QualityLadder {
 public:
  /// `least_size`: no smaller pictures are asked for than this; `size` or more: only fewer.
  QualityLadder(Rational rate, int size, int least_size = 256);

  enum class Made {
    drawn,
    left_out,  ///< skipped since fewer pictures are asked for
    late,      ///< skipped because it was
  };
  /// The stream's next frame; `busy_s`: spent to make and to send it. True when now() has changed.
  bool add(double busy_s, Made made) noexcept;
  const Quality& now() const noexcept { return steps_[step_]; }
  std::size_t step() const noexcept { return step_; }
  const std::vector<Quality>& steps() const noexcept { return steps_; }
  /// Share of the time that was spent, at the last look.
  double load() const noexcept { return load_; }

  static constexpr double kFull = 0.9, kFree = 0.7, kMostLate = 0.05;
  static constexpr int kPatience = 5, kMostPatience = 80;

 private:
  bool look() noexcept;
  double load_of_step_up() const noexcept;

  /// Frames of one kind since the last look.
  struct Spent {
    std::int64_t frames = 0;
    double busy_s = 0;
  };
  double frame_s_;
  std::vector<Quality> steps_;
  std::size_t step_ = 0;
  std::int64_t frames_a_look_, late_ = 0;
  Spent drawn_, skipped_;
  double load_ = 0;
  bool was_late_ = false;  ///< at the last look
  int free_looks_ = 0, looks_since_up_ = kMostPatience, patience_ = kPatience;
};

}  // namespace parlante
