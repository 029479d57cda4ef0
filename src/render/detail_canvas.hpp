// A region of the frame drawn at twice its size, then brought down into the frame without a visible edge.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/image.hpp"
#include "core/lazy_zeros.hpp"
#include "render/kernels.hpp"
#include "render/layer_texture.hpp"
#include "render/relief_layer.hpp"
#include "render/sub_mesh.hpp"
#include "render/surroundings.hpp"

namespace parlante {

/// One per thread of drawing; mouth and eyes take turns. Canvas px = (photo px - offset) · scale.
class DetailCanvas {
 public:
  /// For frames that show a part of photos of `photo_size` px; `capacity` output pixels a region at most and
  /// `attribute_count` attributes a skin vertex at most; `relief_cells`: of the avatar's grid.
  DetailCanvas(const FramePlace& place, int photo_size, std::size_t capacity, int attribute_count,
               std::size_t relief_cells);

  /// Starts the region that contains photo rectangle [left, right) x [top, bottom), clipped to the frame and
  /// to the capacity. False when nothing of it is in the frame.
  bool begin(float left, float top, float right, float bottom) noexcept;

  /// Draws skin and relief and samples the foreground into colour().
  void draw_skin(const Kernels& kernels, const SubMesh& mesh, const ReliefLayer& relief,
                 const RigFrame& frame, const Texture& foreground) noexcept;
  /// Blends the canvas into `frame` (RGB), softly over its outermost pixels, and its coverage into cover().
  void finish(const Kernels& kernels, ImageU8& frame) noexcept;
  /// A plane of the frame's size (one channel) for the coverage; null: none.
  void cover(ImageU8* alpha) noexcept { alpha_ = alpha; }

  int width() const noexcept { return width_; }  ///< canvas px, even
  int height() const noexcept { return height_; }
  const PixelRect& rect() const noexcept { return rect_; }  ///< output px of the square's plane
  float scale() const noexcept { return scale_; }
  float offset_x() const noexcept { return offset_x_; }
  float offset_y() const noexcept { return offset_y_; }
  float to_x(float photo_x) const noexcept { return (photo_x - offset_x_) * scale_; }
  float to_y(float photo_y) const noexcept { return (photo_y - offset_y_) * scale_; }

  /// RGBA a pixel: colour 0..255, alpha 0..1 (of the head over the plate).
  float* colour() noexcept { return colour_.data(); }
  float* colour(int x, int y) noexcept { return colour_.data() + 4 * index(x, y); }
  const float* skin_depth() const noexcept { return skin_depth_.data(); }
  const float* skin_attributes(std::size_t pixel) const noexcept {
    return skin_.data() + pixel * static_cast<std::size_t>(skin_count_);
  }
  std::size_t index(int x, int y) const noexcept {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }
  /// Planes of width x height for the parts' own use.
  float* mask() noexcept { return mask_.data(); }
  float* second_mask() noexcept { return second_mask_.data(); }
  float* blur_scratch() noexcept { return blur_scratch_.data(); }
  std::size_t capacity() const noexcept { return capacity_; }  ///< canvas px

  /// A raster target for the whole canvas without buffers.
  RasterTarget target() const noexcept;

 private:
  void draw_relief(const Kernels& kernels, const RasterMesh& mesh) noexcept;

  FramePlace frame_;
  PixelRect living_;  ///< px of the frame
  ImageU8* alpha_ = nullptr;
  float output_per_photo_;
  std::size_t capacity_;
  int width_ = 0, height_ = 0, skin_count_ = 0;
  float scale_ = 1, offset_x_ = 0, offset_y_ = 0;
  PixelRect rect_;
  LazyZeros<float> skin_, skin_depth_, relief_, relief_depth_, place_, shade_, least_alpha_, colour_, halved_;
  LazyZeros<float> mask_, second_mask_, blur_scratch_, relief_tiles_;
  std::vector<std::uint8_t> relief_first_,
      relief_last_;  ///< TriangleBands of the one band that the canvas is
};

}  // namespace parlante
