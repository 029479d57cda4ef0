// One face that speaks live: a thread that listens, so that motion is made as soon as its sound has come, and
// one that draws frames when they are due and hands them on.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>

#include "live/media_sink.hpp"
#include "live/metrics.hpp"
#include "live/sink_row.hpp"
#include "stream/live_stream.hpp"

namespace parlante {

/// What a session tells from time to time; as JSON for its client. It comes on the thread of the frames, just
/// before the frame that it is about.
using TellClient = std::function<void(std::string_view json)>;

class Session {
 public:
  using Clock = std::chrono::steady_clock;
  struct Options {
    LiveOptions live;
    double most_seconds = 7200;      ///< then it ends
    double most_idle_seconds = 600;  ///< without a word from its client
    int least_size = 256;            ///< of pictures under load, px; the size asked for: never smaller
    double listening_s = 0;          ///< a second of speech takes, as far as that is known
    Clock::time_point asked = Clock::now();
  };

  /// Opens the stream (.2 s) without starting it. `metrics` must outlive the session. Errors: as
  /// LiveStream::open().
  static Result<std::shared_ptr<Session>> open(std::shared_ptr<const Model> model,
                                               std::shared_ptr<const Avatar> avatar, const Options& options,
                                               TellClient tell, Metrics& metrics);
  ~Session();

  const std::string& id() const noexcept { return id_; }
  const MediaForm& form() const noexcept { return form_; }
  double latency_ms() const noexcept { return stream_.latency_ms(); }
  double most_queued_s() const noexcept { return options_.live.most_queued_s; }

  /// From now on frames leave; `ended` is the last thing the thread calls.
  void start(std::function<void()> ended);
  /// Frames go to `sink` too, from the next one on. Any thread.
  void attach(std::shared_ptr<MediaSink> sink) { sinks_.attach(std::move(sink)); }
  /// Frees sinks that nobody watches any more; to be called now and then. Any thread but the session's own.
  void sweep() { sinks_.sweep(); }

  // The client's side: one thread at a time.
  bool push(std::span<const float> sound);
  double queued_s() const noexcept { return stream_.queued_s(); }
  void speak_end() noexcept;
  void interrupt() noexcept;
  void clear() noexcept;
  void control(const MotionControls& controls) noexcept;
  void heard() noexcept;  ///< the client said something

  /// Tells the client something, from any thread.
  void tell(std::string_view json) const { tell_(json); }

  /// Asks the thread to end, at once or when what is queued was played, at most `grace` later. Any thread.
  void end(std::chrono::milliseconds grace = {}) noexcept;
  /// Waits for the thread. Not from the thread itself.
  void join();
  bool ended() const noexcept { return ended_; }

  /// Seconds a second that frames take while somebody speaks, as measured; a session for `fps` pictures of
  /// `size` px beside this one would take load_of(). 0: not known yet.
  double load() const noexcept { return load_of(form_.rate.value(), form_.width); }
  double load_of(double fps, int size) const noexcept;

 private:
  Session(LiveStream stream, const Options& options, TellClient tell, Metrics& metrics);
  void run();
  void show_frames();
  void listen_until_told() noexcept;
  void listen_by(Clock::time_point due) noexcept;
  bool should_end(Clock::time_point now) const noexcept;
  void greet(const SinkRow::Seats& seats) noexcept;
  void tell_events(const LiveFrame& frame);
  void tell_size(const LiveFrame& frame);
  void resize_to(int size);
  struct Second;
  void tell_stats(Second& second, Clock::time_point now, std::int64_t late);

  std::string id_;
  LiveStream stream_;
  Options options_;
  MediaForm form_;
  std::chrono::nanoseconds idle_early_;  ///< before a frame of silence is due
  TellClient tell_;
  Metrics& metrics_;
  SinkRow sinks_;
  std::atomic<Clock::rep> end_at_, heard_at_;
  std::atomic<Clock::rep> pushed_at_{0};
  std::atomic<bool> speaking_{false}, ended_{false};
  // From the thread that draws to the one that listens: a frame may be listened to, and when it is due; the
  // other way: it was.
  std::atomic<Clock::rep> due_{0};
  std::counting_semaphore<> asked_{0}, listened_{0};
  std::counting_semaphore<> came_{0};  ///< sound or a word from the client
  std::atomic<bool> listens_{true};
  // What frames cost: drawing and sending one of the size asked for, s; listening, s a second of speech.
  std::atomic<double> frame_s_{0}, listening_s_{0};
  std::atomic<double> listened_s_{0};  ///< in this second
  int width_ = 0, height_ = 0;         ///< of the last picture
  int size_asked_ = 0;                 ///< of pictures, of the stream
  std::atomic<bool> resizes_{false};
  std::thread resizer_;
  std::int64_t told_cuts_ = 0;
  bool told_start_ = false;  ///< of what begins with the next frame
  std::thread thread_;
};

}  // namespace parlante
