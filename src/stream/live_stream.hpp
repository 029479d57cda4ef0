// A stream under a clock, for talking with somebody: sound is pushed as it comes, one frame after the other
// leaves with the sound that is heard while it is shown, without end. Who speaks pushes on one thread; who
// shows frames takes them on another; neither waits for the other.
//
//   auto model = parlante::load_model(folder, {.live = true}).value();
//   auto live = parlante::LiveStream::open(model, avatar, {.sound_rate = 24000}).value();
//   live.push(samples), live.speak_end();               // one thread: any time, any amount
//   parlante::LiveFrame frame;                          // another: see live_clock.hpp
//   live.next(frame);
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include "core/result.hpp"
#include "motion/controls.hpp"
#include "stream/stream.hpp"

namespace parlante {

struct LiveOptions {
  /// Its motion's rate is that of the frames, 10 to 60 a second; its pace is live and its drawing done by the
  /// thread that takes frames, whatever it says.
  StreamOptions stream;
  int sound_rate = 48000;      ///< of what is pushed and given out, 8000..48000, mono
  double most_queued_s = 600;  ///< more than this pushed and not yet played is refused
  double longest_gap_s = 2;    ///< without sound, after which an utterance that nobody ended is over
  /// What time it is, for who pushes and takes in real time: speech may then begin up to a packet's length
  /// sooner. None: a packet is taken to have come when it is first looked at.
  std::chrono::steady_clock::time_point (*now)() noexcept = nullptr;
};

/// A frame, and what happened in its time or in that of frames skipped before it.
struct LiveFrame {
  Frame frame;                   ///< index and sample count on, also over skipped frames
  std::span<const float> sound;  ///< mono at the stream's rate: what is heard while the frame is shown, after
                                 ///< what belongs to frames skipped before; valid until the next one
  std::int64_t sound_from = 0;   ///< index of the first of them, from the stream's start
  std::int64_t spoken = 0;       ///< how many of them were pushed; the others are silence
  FaceCode code;                 ///< what the picture shows
  bool speak_started = false;    ///< where also an utterance ended, it is the one that started here
  bool speak_ended = false;      ///< played to its end, cleared or interrupted
  bool interrupted = false;
  double played_ms = 0;  ///< of the utterance that ended: sound of it that was given out, gaps left out
  std::int64_t next_from = -1;  ///< first sample of an utterance that begins after that end, in the same
                                ///< sound: speak_started comes with the next frame; -1: none
  std::int64_t cuts = 0;        ///< interrupt() and clear() that had been obeyed by then
};

/// Many share a model and an avatar. The timeline is one endless row of frames: where nothing was pushed, the
/// face listens, breathes, looks and blinks to silence. Sound that is pushed is heard at once by what moves
/// the face, and played with it latency_ms() later. An utterance begins with the first sound after the last
/// one's end; where its sound comes too late there is silence, and then all of it.
class LiveStream {
 public:
  /// Errors: usage (a rate, size or part out of range), broken_model, bad_avatar. Takes some .2 s.
  static Result<LiveStream> open(std::shared_ptr<const Model> model, std::shared_ptr<const Avatar> avatar,
                                 const LiveOptions& options);
  ~LiveStream();
  LiveStream(LiveStream&&) noexcept;
  LiveStream& operator=(LiveStream&&) noexcept;

  // The producer's side: one thread; reshape() may be called by another one.

  /// Any number of samples, as fast as they come. False, and nothing taken, when the queue is full.
  bool push(std::span<const float> sound);
  /// The utterance is complete: what is queued is played, then the frame with speak_ended comes.
  void speak_end() noexcept;
  /// From the next frame on there is no sound, the mouth closes within .1 s, and what was queued is dropped.
  /// The frame says speak_ended and interrupted, if anybody was speaking or about to. Returns how often that
  /// or clear() was asked for: frames with fewer `cuts` are from before.
  std::int64_t interrupt() noexcept;
  /// The same without `interrupted`; the frame says speak_ended if speak_started was said.
  std::int64_t clear() noexcept;
  /// Holds from the next frame on; out of range: the nearest in range.
  void control(const MotionControls& controls) noexcept;
  /// Frames of another size or form, as soon as a renderer for them is made, which is done here and takes .1
  /// s or more. Sound and motion go on as they were. Errors: usage.
  Result<> reshape(const RenderOptions& render);

  // The listener's side: the consumer's thread, or one of its own. Then the consumer takes or skips a frame
  // only after listen() has returned for it, and the frame after it may be listened to meanwhile.

  /// Sound and motion of the frame after the last one listened to; what was pushed, interrupted and asked for
  /// later counts from the next one on. False, and nothing done, when kMostListened wait to be taken.
  bool listen() noexcept;
  static constexpr int kMostListened = 2;
  /// What that frame's sound waits for.
  enum class Wait {
    none,     ///< nothing: nobody speaks, and listening before the frame is due would lay silence too soon
    come,     ///< nothing: it has come, or was interrupted
    missing,  ///< somebody is speaking, and not all of it has come: listening now would lay silence
  };
  Wait waits() const noexcept;

  // The consumer's side: one thread.

  /// The frame after the last one; listens to it if nobody did. Nobody is waited for, and nothing allocated
  /// but by OpenVINO, and the picture of `frame` where it is not of the frames' form. True.
  bool next(LiveFrame& frame) noexcept;
  /// A frame that is late: its motion goes on and its sound comes with the next frame's, only its picture is
  /// not drawn. False, and nothing done, when kMostSkipped were skipped in a row: call next().
  bool skip() noexcept;
  static constexpr int kMostSkipped = 60;
  /// Somebody has come to watch: the visible label's time begins anew with the next frame drawn.
  void show_label() noexcept;

  /// What was not as it should be, from the start on.
  struct Troubles {
    std::int64_t late_sound = 0;  ///< times that an utterance's sound came too late for its place
    std::int64_t missing_codes =
        0;  ///< frames for which the motion was not ready: none, if there is no fault
  };
  Troubles troubles() const noexcept;

  // Any thread.

  /// Sound pushed and not yet on its way to be played, s.
  double queued_s() const noexcept;
  /// Between a sound pushed and the same sound played with its frame, when it comes as it is spoken; what is
  /// computed comes to that.
  double latency_ms() const noexcept;
  Rational rate() const noexcept;
  int sound_rate() const noexcept;

 private:
  struct State;
  explicit LiveStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
