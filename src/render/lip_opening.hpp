// The hole between the lips as it is seen: column by column, below the lowest of the upper lip's rings and
// above the highest of the lower lip's. Analytic, so that its rim is smooth where the mesh is coarse.
#pragma once

#include <vector>

#include "core/lazy_zeros.hpp"
#include "render/detail_canvas.hpp"

namespace parlante {

class LipOpening {
 public:
  explicit LipOpening(std::size_t max_columns);

  /// Finds the contour in canvas px. False when the lips touch everywhere.
  bool find(const HeadModel& head, const RigFrame& frame, const DetailCanvas& canvas) noexcept;

  /// Columns [first, last) and rows [top, bottom) that the hole may touch.
  int first() const noexcept { return first_; }
  int last() const noexcept { return last_; }
  int top() const noexcept { return top_; }
  int bottom() const noexcept { return bottom_; }
  float upper(int column) const noexcept { return upper_[static_cast<std::size_t>(column)]; }
  float lower(int column) const noexcept { return lower_[static_cast<std::size_t>(column)]; }
  /// Lets what is drawn in the hole lie up to `px` over the lower lip, less where the lips hardly part.
  void reach_over_lip(float px) noexcept;
  /// Where the lower lip begins; lower() but for what reaches over it.
  float lower_rim(int column) const noexcept {
    return lower(column) - over_lip_[static_cast<std::size_t>(column)];
  }
  /// Part of canvas pixel (x, y) that is open, 0..1.
  float coverage(int x, int y) const noexcept;
  /// Lays the lips' colours smoothly across the hole, in place of what the canvas shows through it.
  void cover(DetailCanvas& canvas) noexcept;
  /// Canvas px², for the report.
  float area() const noexcept;

 private:
  void fold(const std::vector<std::int32_t>& ring, const RigFrame& frame, const DetailCanvas& canvas,
            bool is_upper) noexcept;
  void smooth(LazyZeros<float>& rim, int passes) noexcept;

  LazyZeros<float> upper_, lower_, over_lip_;
  LazyZeros<float> colours_;  ///< of each column's lips, RGB above and below, for cover()
  int first_ = 0, last_ = 0, top_ = 0, bottom_ = 0, height_ = 0;
};

}  // namespace parlante
