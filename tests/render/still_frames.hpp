// Frames that show the same twice: without grain.
#pragma once

#include <cstdint>

#include "render/renderer.hpp"

namespace parlante::testing {

inline RenderOptions still(int size = 512) {
  RenderOptions options;
  options.size = size;
  options.grain = 0;
  return options;
}

inline ImageU8 drawn(Renderer& renderer, const FaceCode& code, std::int64_t index = 0) {
  ImageU8 frame(renderer.width(), renderer.height(), renderer.channels());
  renderer.render(code, index, frame);
  return frame;
}

}  // namespace parlante::testing
