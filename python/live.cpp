// LiveStream: sound in as it comes, one frame after the other out.
#include <nanobind/stl/string.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "handles.hpp"
#include "stream/live_clock.hpp"
#include "stream/live_stream.hpp"

namespace parlante::python {
namespace {

/// The LiveStream with its clock. Each side is guarded by a lock of its own: Python's threads may call either
/// at once, while a side of the stream is one thread's.
class PyLiveStream : public Flow {
 public:
  PyLiveStream(const ModelHandle& model, const AvatarHandle& face, const nb::kwargs& given)
      : Flow(flow_of(face, given, true)), stream_(opened(model)) {}

  bool push(nb::handle sound) {
    const std::vector<float> mono = mono_of(sound);
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(producer_);
    return stream_.push(mono);
  }
  void speak_end() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(producer_);
    stream_.speak_end();
  }
  std::int64_t interrupt() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(producer_);
    return stream_.interrupt();
  }
  std::int64_t clear() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(producer_);
    return stream_.clear();
  }
  void control(const nb::kwargs& asked) {
    const MotionControls controls = controls_of(asked, options.motion.controls);
    options.motion.controls = controls;
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(producer_);
    stream_.control(controls);
  }
  double queued_s() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(producer_);
    return stream_.queued_s();
  }

  PyFrame next() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(consumer_);
    return drawn();
  }
  PyFrame wait() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(consumer_);
    using Steady = std::chrono::steady_clock;
    if (!clock_) clock_.emplace(options.motion.rate, Steady::now());
    for (;;) {
      std::this_thread::sleep_until(clock_->due());
      const bool drawn_now = clock_->turn(Steady::now()) == LiveClock::Turn::draw || !stream_.skip();
      clock_->done();
      late_ = clock_->late();
      if (drawn_now) return drawn();
    }
  }
  bool skip() {
    const nb::gil_scoped_release other_threads_may_run;
    const std::scoped_lock lock(consumer_);
    return stream_.skip();
  }

  double latency_ms() const noexcept { return stream_.latency_ms(); }
  std::int64_t late() const noexcept { return late_; }

 private:
  LiveStream opened(const ModelHandle& model) {
    const nb::gil_scoped_release other_threads_may_run;
    LiveOptions live;
    live.stream = options;
    live.sound_rate = sound_rate;
    live.most_queued_s = most_queued_s;
    live.longest_gap_s = longest_gap_s;
    return or_raise(LiveStream::open(model.model, avatar.avatar, live));
  }
  PyFrame drawn() {
    PyFrame frame;
    stream_.next(live_);
    frame.frame = std::move(live_.frame);
    live_.frame = {};
    frame.sound.assign(live_.sound.begin(), live_.sound.end());
    frame.sound_from = live_.sound_from, frame.spoken = live_.spoken;
    frame.speak_started = live_.speak_started, frame.speak_ended = live_.speak_ended;
    frame.interrupted = live_.interrupted, frame.played_ms = live_.played_ms;
    frame.next_from = live_.next_from, frame.cuts = live_.cuts;
    return frame;
  }

  std::mutex producer_, consumer_;
  LiveStream stream_;
  LiveFrame live_;
  std::optional<LiveClock> clock_;
  std::atomic<std::int64_t> late_ = 0;
};

}  // namespace

void add_live(nb::module_& m) {
  using namespace nb::literals;
  nb::class_<PyLiveStream, Flow>(m, "LiveStream",
                                 "A face under a clock: sound is pushed as it comes, one frame after the "
                                 "other leaves with its sound, without end.")
      .def(nb::init<const ModelHandle&, const AvatarHandle&, const nb::kwargs&>(), "model"_a, "avatar"_a,
           "options"_a,
           "The model is loaded with live=True. Options: as Stream's, but sound_rate=48000 (8000 to 48000, "
           "of what is "
           "pushed and given out) and fps from 10 to 60; most_queued=600 s pushed and unplayed, then push() "
           "refuses; "
           "longest_gap=2 s without sound, after which an utterance that nobody ended is over.")
      .def("push", &PyLiveStream::push, "sound"_a,
           "More sound of the utterance, mono, as fast as it comes. False, and nothing taken, when the queue "
           "is full.")
      .def("speak_end", &PyLiveStream::speak_end,
           "The utterance is complete: what is queued is played, then the frame with speak_ended comes.")
      .def("interrupt", &PyLiveStream::interrupt,
           "From the next frame on there is no sound, the mouth closes, and what was queued is dropped. "
           "Returns "
           "how often that or clear() was called: frames with fewer `cuts` are from before.")
      .def("clear", &PyLiveStream::clear, "The same without `interrupted`.")
      .def("control", &PyLiveStream::control, "asked"_a,
           "Changes what is named, from the next frame on: gaze, emotion, head_pose… (docs/controls.md).")
      .def("next", &PyLiveStream::next,
           "The frame after the last one, at once: whoever calls keeps the clock.")
      .def("wait", &PyLiveStream::wait,
           "Waits until the next frame is due and gives it. Late ones are left out; their sound comes with "
           "the next.")
      .def("skip", &PyLiveStream::skip,
           "Leaves out the next frame's picture; its sound comes with the next frame's.")
      .def_prop_ro("queued", &PyLiveStream::queued_s, "Sound pushed and not yet on its way, s.")
      .def_prop_ro("latency_ms", &PyLiveStream::latency_ms,
                   "Between a sound pushed and the same sound with its frame.")
      .def_prop_ro("late", &PyLiveStream::late, "Frames that wait() left out because they were late.");
}

}  // namespace parlante::python
