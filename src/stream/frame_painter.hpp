// Face codes in, frames out, in order, drawn on one thread or several.
#pragma once

#include <cstdint>
#include <memory>

#include "avatar/avatar.hpp"
#include "core/arkit.hpp"
#include "core/image.hpp"
#include "mark/mark_options.hpp"
#include "render/renderer.hpp"

namespace parlante {

/// One frame that left through the gate.
struct Frame {
  std::int64_t index = 0;   ///< counted from the stream's start
  std::int64_t sample = 0;  ///< of the sound, at 16 kHz, that is heard when the frame is shown
  ImageU8 picture;          ///< RGB
};

/// Draws codes in the order in which they were submitted. Used by one thread; with `threads` > 1 it has
/// workers of its own, each with a renderer, that share head and avatar (both must outlive it).
class FramePainter {
 public:
  FramePainter(const HeadModel& head, const Avatar& avatar, const RenderOptions& options, int threads = 1,
               const MarkOptions& marks = {});
  ~FramePainter();
  FramePainter(FramePainter&&) noexcept;

  /// Codes that may be submitted before next() must be called; at least one after each next().
  std::size_t room() const noexcept;
  void submit(const FaceCode& code);
  /// Codes submitted whose frames were not taken.
  std::size_t pending() const noexcept;
  /// Waits for the next frame and swaps its picture into `frame` (index set, sample left alone); false when
  /// nothing is pending.
  bool next(Frame& frame);
  /// Drops what is pending; the next code submitted is frame 0 again.
  void cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parlante
