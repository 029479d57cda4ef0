// The Stream handle: one flow of speech into frames; the only thing with state. Five verbs: push, end,
// cancel, ready, pull; control() while it runs. Rendering a file is the same Stream, fed from the file.
//
//   auto model = parlante::load_model(folder).value();
//   auto stream = parlante::Stream::open(model, avatar, {}).value();
//   stream.push(samples);                       // mono, 16 kHz, any number
//   parlante::Frame frame;
//   while (stream.ready() && stream.pull(frame)) show(frame);
//   stream.end();                               // no more sound: the rest becomes ready
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/result.hpp"
#include "core/time.hpp"
#include "motion/motion.hpp"
#include "render/renderer.hpp"
#include "stream/frame_painter.hpp"
#include "stream/model.hpp"

namespace parlante {

struct StreamOptions {
  MotionOptions motion;       ///< its rate is the stream's frame rate
  Pace pace = Pace::offline;  ///< live: little future is waited for; load the model for it (ModelParts)
  bool rules = false;         ///< the mouth by rules even where the model has learned it
  RenderOptions render;
  MarkOptions marks;       ///< its rate is not read: the label goes by the stream's
  int render_threads = 1;  ///< drawing threads; 1: frames are drawn inside pull()
};

/// Used by one thread at a time. Many streams may share a model and an avatar.
class Stream {
 public:
  /// Errors: usage (size or rate out of range), broken_model (the model was loaded without speech or head).
  static Result<Stream> open(std::shared_ptr<const Model> model, std::shared_ptr<const Avatar> avatar,
                             const StreamOptions& options);
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// More sound: mono, 16 kHz, in [-1, 1]. The phonetic network runs here when enough has come.
  void push(std::span<const float> samples);
  /// Asks the face to look, hold its head, feel or idle otherwise, from the next frame that is not made yet
  /// on (with push() and pull() in turns: one that was heard before). Out of range: the nearest in range.
  void control(const MotionControls& controls) noexcept;
  /// No more sound comes; after the last frame ready() stays 0. Frames then cover the sound to its end.
  void end();
  /// Forgets all sound and all frames not pulled: the stream is as newly opened.
  void cancel();
  /// Frames that can be pulled now.
  std::size_t ready() const noexcept;
  /// The next frame; false when none is ready. Reuses the picture's memory.
  bool pull(Frame& frame);
  /// Share of the sound so far in which somebody spoke, 0..1.
  double voiced_share() const noexcept;

 private:
  struct State;
  explicit Stream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
