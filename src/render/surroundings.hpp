// What lies around the living square when a frame shows more of the photo: it stands still, and the square's
// rim passes into it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "avatar/avatar.hpp"
#include "core/image.hpp"

namespace parlante {

/// Where a frame lies in the plane of the avatar's square picture when that is `size` px a side.
struct FramePlace {
  int size = 0;
  PixelRect part;  ///< the frame, px of that plane; may go beyond the square
  /// What of the frame the square fills, px of the frame; empty when they do not meet.
  PixelRect living() const noexcept;
};

/// Holds the still picture and the weights of the rim. Immutable.
class Surroundings {
 public:
  /// `around`: the photo as the frame shows it, RGB of the frame's size, or null: then there is nothing
  /// around and all calls do nothing.
  Surroundings(const Avatar& avatar, const FramePlace& place, std::shared_ptr<const ImageU8> around);

  /// Moves the relief's vertices less and less towards the rim, where they stand still. px of the avatar's
  /// picture.
  void hold(std::span<Vec2f> grid_image) const noexcept;
  /// Puts the still picture around the living part of `frame` and over its rim: the outermost pixels of the
  /// living square are those of the photo.
  void lay_around(ImageU8& frame) const noexcept;

 private:
  struct Held {
    std::size_t vertex;
    Vec2f rest;
    float moves;  ///< 0 stands still ... 1 moves freely
  };
  void mix(ImageU8& frame, int y, int from, int to, float row_weight) const noexcept;

  std::shared_ptr<const ImageU8> around_;
  PixelRect living_;
  std::vector<Held> held_;
  std::vector<float> across_, down_;  ///< share of the living picture by column and row of living_
};

}  // namespace parlante
