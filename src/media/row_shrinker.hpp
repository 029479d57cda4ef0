// Scales a picture down while its rows arrive, so that a huge one is never whole in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"

namespace parlante {

struct PictureSize {
  int width = 0, height = 0;
};

/// The size within `max_side`, sides in proportion, never larger than given.
PictureSize fit_within(PictureSize size, int max_side) noexcept;

/// Averages by area (each output pixel is the mean of the rectangle it covers, partly covered pixels by their
/// share). Memory: the output and two of its rows as float. Copies when the size stays the same.
class RowShrinker {
 public:
  /// Rows of `from`.width RGB pixels become a picture of `to`; `to` must not be larger than `from`.
  RowShrinker(PictureSize from, PictureSize to);
  /// The next row, top first.
  void add(const std::uint8_t* rgb);
  /// Rows of the output that are complete.
  int finished_rows() const noexcept { return next_out_; }
  /// The picture; when rows are missing, cut to the finished ones.
  ImageU8 take();

 private:
  void shrink_row(const std::uint8_t* rgb) noexcept;
  void add_row(float weight) noexcept;
  void finish_row() noexcept;

  PictureSize from_, to_;
  ImageU8 out_;
  std::vector<float> row_,
      sum_;  // the newest row at the output's width; the sum for the output row under way
  int next_in_ = 0, next_out_ = 0;
};

}  // namespace parlante
