// The three handles as Python holds them. Every picture that leaves comes from a stream, and every stream's
// frames come through the gate: nothing else here makes pictures.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mark/consent.hpp"
#include "module.hpp"
#include "stream/stream.hpp"

namespace parlante::python {

struct ModelHandle {
  std::shared_ptr<const Model> model;
  std::string folder;
};

struct AvatarHandle {
  std::shared_ptr<const Avatar> avatar;
  Consent consent = Consent::synthetic;
  std::string role;    ///< "photo" or "avatar": what it was made from
  std::string sha256;  ///< of that, hex
};

/// What a film must know of the stream that it is made of.
struct Flow {
  AvatarHandle avatar;
  StreamOptions options;
  int sound_rate = kSampleRate;
  double most_queued_s = 600, longest_gap_s = 2;  ///< of a live one

  int width() const noexcept { return options.render.part.width; }
  int height() const noexcept { return options.render.part.height; }
};

/// A picture that left through the gate, and the sound that is heard while it is shown. Immutable.
struct PyFrame {
  Frame frame;
  std::vector<float> sound;
  std::int64_t sound_from = 0, spoken = 0;
  bool speak_started = false, speak_ended = false, interrupted = false;
  double played_ms = 0;
  std::int64_t next_from = -1, cuts = 0;
};

/// Sound as Python gives it: float32 or float64 in [-1, 1], int16, or bytes of little-endian int16. Copies.
std::vector<float> mono_of(nb::handle sound);

/// Named arguments of Stream and LiveStream to options; `rates` and forms are checked by whoever opens them.
Flow flow_of(const AvatarHandle& avatar, const nb::kwargs& given, bool live = false);

/// The controls that `asked` (a dict as a keyframe of docs/controls.md, without its time) makes of `now`.
/// Values out of range are taken as the nearest in range, and a Python warning says so.
MotionControls controls_of(const nb::dict& asked, const MotionControls& now);

void add_handles(nb::module_& m);
void add_streams(nb::module_& m);
void add_live(nb::module_& m);
void add_films(nb::module_& m);

}  // namespace parlante::python
