// The one gate through which every frame leaves. Whatever must be in each frame that anyone sees is put
// there, so that no path can go around it: no other code calls Renderer::render or contact_sheet (a test
// searches for it).
#pragma once

#include <cstdint>
#include <span>

#include "core/arkit.hpp"
#include "core/image.hpp"
#include "render/renderer.hpp"

namespace parlante {

/// Holds the renderer, so that a frame cannot be had without the gate. One a thread.
class FrameGate {
 public:
  FrameGate(const HeadModel& head, const Avatar& avatar, const RenderOptions& options)
      : renderer_(head, avatar, options) {}

  /// Frame `index` for `code`, as it leaves: like blank().
  void frame(const FaceCode& code, std::int64_t index, ImageU8& picture) noexcept {
    renderer_.render(code, index, picture);
  }
  /// A contact sheet, as it leaves.
  ImageU8 sheet(std::span<const SheetPose> poses, int columns, int tile, bool zoom) {
    return contact_sheet(renderer_, poses, columns, tile, zoom);
  }
  /// A picture of the size and form of a frame. Allocates.
  ImageU8 blank() const { return ImageU8(renderer_.width(), renderer_.height(), renderer_.channels()); }

 private:
  Renderer renderer_;
};

}  // namespace parlante
