// Parts that are made are drawn sharp; in a soft photo they must be as soft as the rest (design 5.9).
#pragma once

#include <vector>

#include "core/lazy_zeros.hpp"
#include "render/detail_canvas.hpp"

namespace parlante {

/// Blurs what was drawn onto a canvas between begin() and end(): the change of the colours, so that the skin
/// below and beside it keeps its own sharpness. Details of what is covered show through: where nothing is to
/// be seen of it, it must be smooth. Holds its memory; one a region.
class MadeSoftness {
 public:
  /// `blur_px`: of the photo's edges, photo px (Avatar::edge_blur); `capacity`: of the canvas.
  MadeSoftness(float blur_px, std::size_t capacity);

  /// Whether begin() and end() do anything on this canvas.
  bool softens(const DetailCanvas& canvas) const noexcept { return deviation(canvas) > 0; }
  void begin(DetailCanvas& canvas) noexcept;
  void end(const Kernels& kernels, DetailCanvas& canvas) noexcept;

 private:
  float deviation(const DetailCanvas& canvas) const noexcept;  ///< canvas px; 0: nothing to do

  float blur_px_;
  LazyZeros<float> before_;  ///< three planes
};

}  // namespace parlante
