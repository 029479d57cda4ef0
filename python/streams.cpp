// Stream, for sound that is there already, and the frames that leave it.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>

#include "handles.hpp"
#include "speech/resampler.hpp"

namespace parlante::python {
namespace {

/// The Stream and what guards it: Python's threads may call it at once, with the interpreter's lock released.
class OfflineStream : public Flow {
 public:
  OfflineStream(const ModelHandle& model, const AvatarHandle& face, const nb::kwargs& given)
      : Flow(flow_of(face, given)), stream_(opened(model)), resampler_(opened_resampler()) {}

  void push(nb::handle sound) {
    const std::vector<float> mono = mono_of(sound);
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    if (!resampler_) return stream_.push(mono);
    speech_.clear();
    resampler_->push(mono, speech_);
    stream_.push(speech_);
  }
  void end() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    if (resampler_) {
      speech_.clear();
      resampler_->end(speech_);
      stream_.push(speech_);
    }
    stream_.end();
  }
  void cancel() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    if (resampler_) {
      speech_.clear();
      resampler_->end(speech_);
    }
    stream_.cancel();
  }
  void control(const nb::kwargs& asked) {
    const MotionControls controls = controls_of(asked, options.motion.controls);
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    options.motion.controls = controls;
    stream_.control(controls);
  }
  std::size_t ready() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    return stream_.ready();
  }
  std::optional<PyFrame> pull() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(mutex_);
    PyFrame frame;
    if (!stream_.pull(frame.frame)) return std::nullopt;
    return frame;
  }

 private:
  Stream opened(const ModelHandle& model) {
    const nb::gil_scoped_release other_threads_may_run;
    return or_raise(Stream::open(model.model, avatar.avatar, options));
  }
  std::optional<Resampler> opened_resampler() {
    if (sound_rate == kSampleRate) return std::nullopt;
    return or_raise(Resampler::open(sound_rate, 1));
  }

  std::mutex mutex_;
  Stream stream_;
  std::optional<Resampler> resampler_;
  std::vector<float> speech_;
};

/// The frame's picture as a memoryview that keeps the frame alive; read-only, so that what was marked stays
/// so.
nb::object picture_of(nb::handle_t<PyFrame> self) {
  const ImageU8& picture = nb::cast<const PyFrame&>(self).frame.picture;
  const std::size_t shape[] = {static_cast<std::size_t>(picture.height),
                               static_cast<std::size_t>(picture.width),
                               static_cast<std::size_t>(picture.channels)};
  return nb::cast(nb::ndarray<nb::memview, const std::uint8_t>(picture.pixels.data(), 3, shape, self));
}

nb::object sound_of(nb::handle_t<PyFrame> self) {
  const std::vector<float>& sound = nb::cast<const PyFrame&>(self).sound;
  static const float nothing = 0;
  const std::size_t shape[] = {sound.size()};
  return nb::cast(
      nb::ndarray<nb::memview, const float>(sound.empty() ? &nothing : sound.data(), 1, shape, self));
}

nb::bytes pcm16_of(const PyFrame& frame) {
  std::string bytes(2 * frame.sound.size(), '\0');
  for (std::size_t i = 0; i < frame.sound.size(); ++i) {
    const auto step = static_cast<int>(std::lround(std::clamp(frame.sound[i] * 32768.F, -32768.F, 32767.F)));
    bytes[2 * i] = static_cast<char>(step & 255);
    bytes[2 * i + 1] = static_cast<char>((step >> 8) & 255);
  }
  return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace

void add_streams(nb::module_& m) {
  using namespace nb::literals;
  nb::class_<PyFrame>(m, "Frame",
                      "A picture that left through the gate (marked and labelled), with its sound.")
      .def_prop_ro("picture", &picture_of,
                   "memoryview (height, width, 3), or 4 where transparent: uint8, RGB, read-only. It shares "
                   "the frame's "
                   "memory and keeps it alive; numpy.asarray() takes it without a copy.")
      .def_prop_ro("width", [](const PyFrame& self) { return self.frame.picture.width; })
      .def_prop_ro("height", [](const PyFrame& self) { return self.frame.picture.height; })
      .def_prop_ro(
          "index", [](const PyFrame& self) { return self.frame.index; }, "From the stream's start, 0 on.")
      .def_prop_ro(
          "sample", [](const PyFrame& self) { return self.frame.sample; },
          "Of the sound at 16 kHz that is heard when the frame is shown.")
      .def_prop_ro("sound", &sound_of,
                   "memoryview (n,): float32, mono at the stream's rate, what is heard while the frame is "
                   "shown. Empty "
                   "for a Stream: its sound is what was pushed.")
      .def("pcm16", &pcm16_of, "The same sound as bytes of little-endian int16.")
      .def_ro("sound_from", &PyFrame::sound_from, "Index of the first of these samples.")
      .def_ro("spoken", &PyFrame::spoken, "How many of these samples were pushed; the others are silence.")
      .def_ro("speak_started", &PyFrame::speak_started, "An utterance begins in this frame.")
      .def_ro("speak_ended", &PyFrame::speak_ended, "One ended: played, cleared or interrupted.")
      .def_ro("interrupted", &PyFrame::interrupted)
      .def_ro("played_ms", &PyFrame::played_ms,
              "Of the utterance that ended: sound of it that was given out.")
      .def_ro("next_from", &PyFrame::next_from,
              "Index of the first sample of an utterance that begins after that end in the same sound, whose "
              "speak_started comes with the next frame; -1: none.")
      .def_ro("cuts", &PyFrame::cuts, "How many interrupt() and clear() had been obeyed by then.");

  nb::class_<Flow>(m, "_Flow")
      .def_prop_ro("width", &Flow::width, "px, of every frame.")
      .def_prop_ro("height", &Flow::height, "px, of every frame.")
      .def_prop_ro(
          "fps", [](const Flow& self) { return self.options.motion.rate.value(); }, "Frames a second.")
      .def_ro("sound_rate", &Flow::sound_rate, "Of what is pushed, Hz.");

  nb::class_<OfflineStream, Flow>(m, "Stream",
                                  "One flow of speech into frames, as fast as the machine draws.")
      .def(nb::init<const ModelHandle&, const AvatarHandle&, const nb::kwargs&>(), "model"_a, "avatar"_a,
           "options"_a,
           "Options: fps=25, size=512 or (width, height), sound_rate=16000, controls={…}, seed=1, threads=1, "
           "label=\"repeat\", rules=False, whole_photo=False, background=None (uint8 (height, width, 3)), "
           "transparent=False.")
      .def("push", &OfflineStream::push, "sound"_a,
           "More sound, mono: float32 in [-1, 1], int16, or bytes of int16. What can be heard by now is "
           "heard here.")
      .def("end", &OfflineStream::end, "No more sound comes: the rest of the frames becomes ready.")
      .def("cancel", &OfflineStream::cancel, "Forgets all sound and frames: as newly opened.")
      .def("control", &OfflineStream::control, "asked"_a,
           "Changes what is named, from the next frame not made yet on: gaze, emotion, head_pose… "
           "(docs/controls.md).")
      .def_prop_ro("ready", &OfflineStream::ready, "Frames that can be pulled now.")
      .def("pull", &OfflineStream::pull, "The next frame; None when none is ready.")
      .def("__iter__", [](nb::object self) { return self; })
      .def("__next__", [](OfflineStream& self) {
        auto frame = self.pull();
        if (!frame) throw nb::stop_iteration();
        return std::move(*frame);
      });
}

}  // namespace parlante::python
