// The one gate through which every frame leaves. The visible label and the invisible mark, which must be in
// what anyone sees, are put in there, so that no path can go around it: no other code calls Renderer::render
// or contact_sheet (a test searches for it).
#pragma once

#include <cstdint>
#include <span>

#include "core/arkit.hpp"
#include "core/image.hpp"
#include "mark/ai_label.hpp"
#include "mark/mark_options.hpp"
#include "mark/watermark.hpp"
#include "render/renderer.hpp"

namespace parlante {

/// What the mark of a render says: this release, and the given id, or where that is 0 one made of
/// the seed and the avatar: same input, same bytes.
MarkPayload mark_payload(std::uint32_t render_id, std::uint64_t seed, const Avatar& avatar) noexcept;

/// Holds the renderer, so that a frame cannot be had without the gate. One a thread.
class FrameGate {
 public:
  FrameGate(const HeadModel& head, const Avatar& avatar, const RenderOptions& options,
            const MarkOptions& marks = {})
      : renderer_(head, avatar, options),
        label_(marks.label, marks.rate, renderer_.width(), renderer_.height()),
        mark_(mark_payload(marks.render_id, options.seed, avatar), renderer_.width(), renderer_.height(),
              renderer_.channels(), options.kernels) {}

  /// Frame `index` for `code`, as it leaves: like blank(). The label keeps time from frame `label_from` on.
  void frame(const FaceCode& code, std::int64_t index, ImageU8& picture,
             std::int64_t label_from = 0) noexcept {
    renderer_.render(code, index, picture);
    label_.apply(index - label_from, picture);
    mark_.apply(picture);
  }
  /// A contact sheet, as it leaves.
  ImageU8 sheet(std::span<const SheetPose> poses, int columns, int tile, bool zoom) {
    ImageU8 picture = contact_sheet(renderer_, poses, columns, tile, zoom);
    // Small busy pictures leave the reader little: chips as small as their size asks for, and twice as strong
    // as in a film, of which ten frames are read.
    const Watermark mark(mark_.payload(), tile, tile, picture.channels);
    for (int times = 0; times < 2; ++times) mark.apply(picture);
    return picture;
  }
  /// What the invisible mark says.
  const MarkPayload& payload() const noexcept { return mark_.payload(); }
  /// A picture of the size and form of a frame. Allocates.
  ImageU8 blank() const { return ImageU8(renderer_.width(), renderer_.height(), renderer_.channels()); }
  /// Whether frame() can draw into `picture`.
  bool fits(const ImageU8& picture) const noexcept {
    const auto values = static_cast<std::size_t>(renderer_.width()) *
                        static_cast<std::size_t>(renderer_.height() * renderer_.channels());
    return picture.width == renderer_.width() && picture.height == renderer_.height() &&
           picture.channels == renderer_.channels() && picture.pixels.size() == values;
  }

 private:
  Renderer renderer_;
  AiLabel label_;
  Watermark mark_;
};

}  // namespace parlante
