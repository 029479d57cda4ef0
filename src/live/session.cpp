#include "live/session.hpp"

#include <pthread.h>

#include <algorithm>
#include <limits>

#include "live/event_text.hpp"
#include "live/upload_folder.hpp"
#include "stream/live_clock.hpp"
#include "stream/quality_ladder.hpp"

namespace parlante {
namespace {

/// Before its frame is due motion is made as much sooner as it takes, and no more: what the client says in
/// between comes a frame later.
constexpr std::chrono::milliseconds kEarly{14};
/// Sound that should have come may be as late before silence takes its place.
constexpr std::chrono::milliseconds kPatience{8};
/// Motion and a picture made one after the other: 13.2 and 7.5 ms at p95 in pauses at 60 fps (two 2.6 GHz
/// cores, 512 px). Where frames are closer than that, motion is made sooner also while nobody speaks: else
/// frames would be late in every pause. More would make pauses smoother still, and begin utterances later.
constexpr std::chrono::milliseconds kOneFrame{21};
constexpr double kForgets = .99;  ///< what listening cost, a second
constexpr Session::Clock::rep kNever = std::numeric_limits<Session::Clock::rep>::max();

std::chrono::nanoseconds idle_early(Rational rate) noexcept {
  const std::chrono::nanoseconds frame{1'000'000'000LL * rate.den / rate.num};
  return std::clamp<std::chrono::nanoseconds>(kOneFrame - frame, std::chrono::nanoseconds(0), kEarly);
}

double seconds_between(Session::Clock::time_point from, Session::Clock::time_point to) noexcept {
  return std::chrono::duration<double>(to - from).count();
}

void show(const LiveFrame& frame, const SinkRow::Seats& seats) noexcept {
  // who came while it was drawn begins with the next one, which is labelled
  for (const auto& seat : seats)
    if (seat->sink->open() && (seat->greeted || !seat->sink->watched())) seat->sink->frame(frame);
}

/// How far the picture's end is from that of the sound that goes with it, s.
double av_offset(const LiveFrame& frame, const MediaForm& form) noexcept {
  const double picture = static_cast<double>(frame.frame.index + 1) / form.rate.value();
  const double sound =
      static_cast<double>(frame.sound_from + static_cast<std::int64_t>(frame.sound.size())) / form.sound_rate;
  return picture - sound;
}

}  // namespace

/// What a second of frames was like.
struct Session::Second {
  Clock::time_point began;
  int drawn = 0, full_size = 0;
  double longest_ms = 0, av_offset_ms = 0;
  double busy_s = 0;  ///< with frames that were drawn, and with pictures as large as asked for
  std::int64_t late_before = 0;
};

Session::Session(LiveStream stream, const Options& options, TellClient tell, Metrics& metrics)
    : id_(random_id()),
      stream_(std::move(stream)),
      options_(options),
      form_{options.live.stream.render.size, options.live.stream.render.size, stream_.rate(),
            stream_.sound_rate()},
      idle_early_(idle_early(stream_.rate())),
      tell_(std::move(tell)),
      metrics_(metrics),
      end_at_(kNever),
      heard_at_(Clock::now().time_since_epoch().count()),
      listening_s_(options.listening_s),
      width_(form_.width),
      height_(form_.height),
      size_asked_(form_.width) {}

Session::~Session() {
  end();
  join();
}

Result<std::shared_ptr<Session>> Session::open(std::shared_ptr<const Model> model,
                                               std::shared_ptr<const Avatar> avatar, const Options& options,
                                               TellClient tell, Metrics& metrics) {
  auto stream = LiveStream::open(std::move(model), std::move(avatar), options.live);
  if (!stream) return pass_on(std::move(stream));
  return std::shared_ptr<Session>(new Session(std::move(*stream), options, std::move(tell), metrics));
}

void Session::start(std::function<void()> ended) {
  thread_ = std::thread([this, ended = std::move(ended)] {
    pthread_setname_np(pthread_self(), "session");
    run();
    ended_ = true;
    ended();
  });
}

void Session::join() {
  if (thread_.joinable()) thread_.join();
  if (resizer_.joinable()) resizer_.join();
}

void Session::heard() noexcept {
  heard_at_ = Clock::now().time_since_epoch().count();
}
bool Session::push(std::span<const float> sound) {
  heard();
  pushed_at_ = heard_at_.load();
  const bool taken = stream_.push(sound);
  came_.release();
  return taken;
}
void Session::speak_end() noexcept {
  heard();
  stream_.speak_end();
  came_.release();
}
void Session::interrupt() noexcept {
  heard();
  stream_.interrupt();
  came_.release();
}
void Session::clear() noexcept {
  heard();
  stream_.clear();
  came_.release();
}
void Session::control(const MotionControls& controls) noexcept {
  heard();
  stream_.control(controls);
}

void Session::end(std::chrono::milliseconds grace) noexcept {
  const Clock::rep at = (Clock::now() + grace).time_since_epoch().count();
  Clock::rep before = end_at_;
  while (at < before && !end_at_.compare_exchange_weak(before, at)) {
  }
}

bool Session::should_end(Clock::time_point now) const noexcept {
  const Clock::rep at = end_at_;
  if (at == kNever) {
    const Clock::time_point heard{Clock::duration(heard_at_.load())};
    return seconds_between(options_.asked, now) > options_.most_seconds ||
           seconds_between(heard, now) > options_.most_idle_seconds;
  }
  // what was pushed last may be on its way, and nobody said to speak yet; no frame is later than a stall
  const Clock::time_point pushed{Clock::duration(pushed_at_.load())};
  const std::chrono::duration<double, std::milli> latency(stream_.latency_ms());
  const bool on_its_way = now < pushed + latency + LiveClock::kStall;
  return now.time_since_epoch().count() >= at || (!speaking_ && !on_its_way && stream_.queued_s() == 0);
}

/// Waits for the sound of the frame that is due then, and makes its motion.
void Session::listen_by(Clock::time_point due) noexcept {
  for (auto now = Clock::now();; now = Clock::now()) {
    const LiveStream::Wait wait = stream_.waits();
    const auto until = wait == LiveStream::Wait::come      ? due - kEarly
                       : wait == LiveStream::Wait::missing ? due + kPatience
                                                           : due - idle_early_;
    if (now >= until) break;
    // what comes meanwhile may change what is waited for
    static_cast<void>(came_.try_acquire_until(until));
  }
  const auto began = Clock::now();
  stream_.listen();
  listened_s_ = listened_s_ + seconds_between(began, Clock::now());
}

void Session::listen_until_told() noexcept {
  pthread_setname_np(pthread_self(), "listener");
  for (;;) {
    asked_.acquire();
    if (!listens_) return;
    listen_by(Clock::time_point(Clock::duration(due_.load())));
    listened_.release();
  }
}

void Session::run() {
  std::thread listener([this] { listen_until_told(); });
  show_frames();
  listens_ = false;
  asked_.release();
  listener.join();
}

void Session::show_frames() {
  LiveClock clock(form_.rate, Clock::now());
  const auto listen_to = [this](Clock::time_point due) {
    due_ = due.time_since_epoch().count();
    asked_.release();
  };
  listen_to(clock.due());
  QualityLadder ladder(form_.rate, form_.width, std::min(form_.width, options_.least_size));
  LiveFrame frame;
  Second second{Clock::now()};
  bool first = true;
  for (Clock::time_point began; !should_end(began = Clock::now()); clock.done()) {
    listened_.acquire();
    std::this_thread::sleep_until(clock.due());
    began = Clock::now();
    const double late = seconds_between(clock.due(), began);
    const std::int64_t late_before = clock.late();
    const LiveClock::Turn turn = clock.turn(began);
    listen_to(clock.next_due());
    const bool draw = turn == LiveClock::Turn::draw || !stream_.skip();
    if (draw) {
      const SinkRow::Seats& seats = sinks_.now();
      greet(seats);
      stream_.next(frame);
      const double made = seconds_between(began, Clock::now());
      tell_size(frame);
      tell_events(frame);
      show(frame, seats);
      metrics_.render.add(made);
      metrics_.lateness.add(std::max(0., late));
      ++metrics_.frames_rendered;
      if (first) metrics_.first_frame.add(seconds_between(options_.asked, Clock::now()));
      first = false;
      ++second.drawn;
      second.longest_ms = std::max(second.longest_ms, 1000 * made);
      second.av_offset_ms = 1000 * av_offset(frame, form_);
      metrics_.av_offset_seconds = second.av_offset_ms / 1000;
    }
    const bool was_late = clock.late() > late_before;
    if (was_late) ++metrics_.frames_late;
    const auto now = Clock::now();
    if (draw && width_ == form_.width) second.busy_s += seconds_between(began, now), ++second.full_size;
    const auto how = draw       ? QualityLadder::Made::drawn
                     : was_late ? QualityLadder::Made::late
                                : QualityLadder::Made::left_out;
    // the first frames find no caches warm, and say little of those that follow
    if (clock.frame() >= form_.rate.num / form_.rate.den && ladder.add(seconds_between(began, now), how))
      clock.draw_at(ladder.now().pictures);
    if (ladder.now().size != size_asked_) resize_to(ladder.now().size);
    if (seconds_between(second.began, now) >= 1) tell_stats(second, now, clock.late());
  }
}

/// Pictures of another size, as soon as a renderer for them is made, which takes longer than a frame.
void Session::resize_to(int size) {
  if (resizes_.exchange(true)) return;
  if (resizer_.joinable()) resizer_.join();
  size_asked_ = size;
  RenderOptions render = options_.live.stream.render;
  render.size = size;
  resizer_ = std::thread([this, render] {
    pthread_setname_np(pthread_self(), "resizer");
    static_cast<void>(stream_.reshape(render));
    resizes_ = false;
  });
}

void Session::tell_size(const LiveFrame& frame) {
  const ImageU8& picture = frame.frame.picture;
  if (picture.width == width_ && picture.height == height_) return;
  width_ = picture.width;
  height_ = picture.height;
  tell_(EventText("resized")
            .add("width", width_)
            .add("height", height_)
            .add("frame", frame.frame.index)
            .text());
}

double Session::load_of(double fps, int size) const noexcept {
  const double sides = static_cast<double>(size) / form_.width;
  return fps * frame_s_ * sides * sides + listening_s_;
}

/// Before a frame is drawn: who has just come must see the label in it.
void Session::greet(const SinkRow::Seats& seats) noexcept {
  for (const auto& seat : seats) {
    if (seat->greeted || !seat->sink->watched()) continue;
    seat->greeted = true;
    stream_.show_label();
  }
}

/// What happened in a frame, in the order in which it did; sent before the frame itself.
void Session::tell_events(const LiveFrame& frame) {
  const auto started = [&](std::int64_t sample) {
    speaking_ = true;
    tell_(EventText("speak_started").add("frame", frame.frame.index).add("sample", sample).text());
  };
  if (frame.cuts > told_cuts_) {
    told_cuts_ = frame.cuts;
    tell_(EventText("cut").add("count", frame.cuts).add("frame", frame.frame.index).text());
  }
  if (frame.speak_started && !told_start_) started(frame.sound_from);
  told_start_ = false;
  if (frame.speak_ended) {
    speaking_ = false;
    tell_(EventText("speak_ended")
              .add("played_ms", frame.played_ms)
              .add("interrupted", frame.interrupted)
              .add("frame", frame.frame.index)
              .text());
  }
  if (frame.next_from >= 0) {
    told_start_ = true;
    started(frame.next_from);
  }
}

void Session::tell_stats(Second& second, Clock::time_point now, std::int64_t late) {
  const double seconds = seconds_between(second.began, now);
  tell_(EventText("stats")
            .add("fps", second.drawn / seconds)
            .add("late", late - second.late_before)
            .add("render_ms", second.longest_ms)
            .add("latency_ms", stream_.latency_ms())
            .add("av_offset_ms", second.av_offset_ms)
            .add("queued_ms", 1000 * stream_.queued_s())
            .add("size", width_)
            .add("rate", form_.rate.value())
            .text());
  if (second.full_size > 0) frame_s_ = second.busy_s / second.full_size;
  // seconds in which nobody spoke say nothing of those in which somebody does
  const double listened = listened_s_.exchange(0) / seconds;
  listening_s_ = std::max(listened, kForgets * listening_s_);
  second = {.began = now, .av_offset_ms = second.av_offset_ms, .late_before = late};
}

}  // namespace parlante
