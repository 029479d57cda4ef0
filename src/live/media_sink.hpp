// Where the frames of a session go.
#pragma once

#include "core/time.hpp"
#include "stream/live_stream.hpp"

namespace parlante {

/// What the frames and sounds of a session look like. Under load pictures may come less often.
struct MediaForm {
  int width = 512, height = 512;
  Rational rate;
  int sound_rate = 48000;  ///< mono
};

/// A session may have several.
class MediaSink {
 public:
  virtual ~MediaSink() = default;
  /// A frame with its sound, on the session's thread, in order; must not wait for a network. Frames that are
  /// skipped do not come, their sound does.
  virtual void frame(const LiveFrame& frame) noexcept = 0;
  /// Whether frames reach somebody by now. When they begin to, the label is shown anew.
  virtual bool watched() const noexcept { return true; }
  /// False once nobody is there any more: it is then let go.
  virtual bool open() const noexcept { return true; }
};

}  // namespace parlante
