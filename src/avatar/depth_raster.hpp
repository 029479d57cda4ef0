// A small z-buffer for preparation: which triangle does each pixel of the photo show?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "head/head_model.hpp"

namespace parlante {

/// Pixels are sampled at their centres (+.5). Nearer is larger.
class DepthRaster {
 public:
  static constexpr float kNothing = -1e30f;

  DepthRaster(int width, int height);
  /// Draws triangles of `points` (px, px, depth); the number of a triangle goes on counting from call to
  /// call.
  void draw(std::span<const Vec3f> points, std::span<const Triangle> triangles);

  int width() const noexcept { return width_; }
  int height() const noexcept { return height_; }
  /// The triangle seen at a pixel, or -1.
  std::int32_t triangle(int x, int y) const noexcept { return triangle_[at(x, y)]; }
  bool covered(int x, int y) const noexcept { return triangle(x, y) >= 0; }
  float depth(int x, int y) const noexcept { return depth_[at(x, y)]; }
  /// Three vertices and their weights at a covered pixel's centre.
  SurfacePoint surface(int x, int y) const noexcept;

 private:
  std::size_t at(int x, int y) const noexcept {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }

  int width_, height_;
  std::vector<float> depth_;
  std::vector<std::int32_t> triangle_;
  std::vector<Triangle> triangles_;
  std::vector<Vec3f> points_;
};

}  // namespace parlante
