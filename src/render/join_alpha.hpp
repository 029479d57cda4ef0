// Colour and coverage become one picture that holds nothing of what was behind.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"

namespace parlante {

/// Joins RGB and one channel of coverage to RGBA, not premultiplied. Where nothing is covered for a block of
/// 8 px and its neighbours, the colour is black: the old background is not to be had there, and an encoder
/// that halves the chroma still finds the foreground's colour beside every edge.
class AlphaJoiner {
 public:
  /// For pictures of this size. Allocates; join() does not.
  AlphaJoiner(int width, int height);
  void join(const ImageU8& rgb, const ImageU8& alpha, ImageU8& rgba) noexcept;

 private:
  int columns_, rows_;
  std::vector<std::uint8_t> covered_;  ///< a block each, with a rim of one around
};

}  // namespace parlante
