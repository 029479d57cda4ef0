// Where in a picture, and at what size, a key's pattern lies.
#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "mark/mark_pattern.hpp"

namespace parlante {

/// A place at which the search pattern of a key stands out.
struct MarkPlace {
  double z = 0;      ///< deviations above all other places
  double chip = 0;   ///< side of a chip, px of the picture
  int x = 0, y = 0;  ///< of the tile's corner in the folded picture, px there
};

/// A key's layout and the spectrum of its search pattern, made once.
class MarkKeyPattern {
 public:
  explicit MarkKeyPattern(std::uint64_t key);
  const MarkLayout& layout() const noexcept { return layout_; }
  /// The best place in a folded picture whose spectrum is given.
  MarkPlace best_place(const cv::Mat& folded_spectrum, double chip) const;

 private:
  MarkLayout layout_;
  cv::Mat spectrum_;
};

/// The spectrum best_place() reads.
cv::Mat folded_spectrum(const cv::Mat& folded);

/// One number a bit of the code word at `place` of the folded picture: positive for 0.
std::vector<float> soft_bits(const cv::Mat& folded, const MarkPlace& place, const MarkLayout& layout);
/// How far the whole pattern with the code word stands out there, deviations.
double whole_z(const cv::Mat& folded, const MarkPlace& place, const MarkLayout& layout, std::uint64_t word);

}  // namespace parlante
