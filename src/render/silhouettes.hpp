// Edges inside the face where something near ends before something farther: a turned nose before its cheek.
// The raster decides each pixel whole; here such edges get the softness that a lens gives them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/aligned_vector.hpp"
#include "core/image.hpp"
#include "render/tile_steps.hpp"

namespace parlante {

class Silhouettes {
 public:
  /// `width` x `height`: px of the pictures whose bands are looked at. Allocates all it will need.
  Silhouettes(int width, int height);

  /// Forgets what was found. A step of depth of more than `step` (the depths' unit, to the next pixel) is an
  /// edge; only tiles in [left, right) are looked at, columns of tiles.
  void begin(float step, int left, int right) noexcept;
  /// Looks at one band of skin tiles, bands in order; `first_row` (of tiles) is its place.
  void look(TileStepsFn find, const TileTarget& skin, int first_row) noexcept;
  /// Blurs what was found, and half as much the pixels beside it, in the part of `picture` (RGB) that begins
  /// at (x, y).
  void soften(ImageU8& picture, int x, int y) noexcept;

  std::size_t found() const noexcept { return marked_.size(); }

 private:
  struct Place {
    std::int16_t x, y;
  };
  std::size_t index(const Place& at) const noexcept {
    return static_cast<std::size_t>(at.y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(at.x);
  }
  void mark(int x, int y, std::uint8_t strength) noexcept;
  void mark_step(int x, int y, int dx, int dy) noexcept;

  int width_, height_;
  float step_ = 0;
  int left_ = 0, right_ = 0;
  std::vector<std::uint8_t> strength_;  ///< of each pixel: 0 nothing, 1 beside an edge, 2 on it
  std::vector<Place> marked_;           ///< pixels with a strength; its capacity never grows
  AlignedVector<float> above_;          ///< as StepRow has it
  std::vector<TileSteps> steps_;        ///< of a row of tiles
  std::vector<std::uint8_t> softened_;
};

}  // namespace parlante
