// The endless timeline of a live stream's sound: speech where some was pushed, silence elsewhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/queue.hpp"
#include "stream/live_delay.hpp"
#include "stream/sound_queue.hpp"

namespace parlante {

/// The line is made longer frame by frame, at least by what a frame needs to be made, and where speech is
/// there by up to the longest that any frame needs. Speech begins at the line's end, as soon as what comes
/// after it will always be there in time. An utterance begins with the first sound after an end, and ends
/// where the producer said so, after `longest_gap_s` without any, or where it was cut. Where sound comes too
/// late the line holds silence, and goes on with all of it afterwards: nothing is lost.
///
/// Used by the queue's reader; nothing is allocated after construction. Places are samples from the line's
/// start.
class SpokenLine {
 public:
  SpokenLine(SoundQueue& queue, const LineNeeds& needs, double longest_gap_s);

  /// What became of utterances.
  struct Event {
    enum class Kind { started, ended } kind = Kind::started;
    bool interrupted = false;
    double played_ms = 0;    ///< of an utterance that ended
    std::int64_t place = 0;  ///< its first sample, or the one after its last
  };

  /// Obeys a drop that was asked for: from `played` on, what the line holds becomes silence within kFade_s.
  /// True when there was one. Call before extend().
  bool cut() noexcept;
  /// Makes the line as long as frame `frame` needs; frames come in order. `age_s`: how long ago the last
  /// packet of sound came; 0 when that is not known.
  void extend(std::int64_t frame, double age_s) noexcept;
  std::int64_t end() const noexcept { return end_; }
  /// Whether the last step held speech.
  bool speaking() const noexcept { return spoke_; }
  /// What waits for the sound of frame `frame`.
  enum class Wait {
    none,     ///< nothing: nobody speaks
    come,     ///< nothing: it has come, or was cut off
    missing,  ///< somebody is speaking, and not all of it has come
  };
  Wait waits(std::int64_t frame) const noexcept;
  /// The sample at any place from end() - delay - 2 frames on; 0 before the start.
  float at(std::int64_t place) const noexcept;

  /// Plays what comes next, up to `until` <= end(): copies it and notes events. Returns the samples copied.
  std::span<const float> play(std::int64_t until, std::span<float> sound) noexcept;
  std::int64_t played() const noexcept { return played_; }
  /// Samples among those played so far that were pushed.
  std::int64_t spoken() const noexcept { return spoken_; }
  /// The next event; false when there is none. At most two come into being a step.
  bool take(Event& event) noexcept { return events_.pop(event); }

  /// How often sound came too late for its place, and how much later than due packets may come by now, s.
  std::int64_t late() const noexcept { return late_; }
  double margin_s() const noexcept { return margin_ / rate_; }

  static constexpr double kFade_s = 0.004;

 private:
  enum class State { idle, speaking, gap };
  static constexpr std::uint8_t kSpoken = 1, kStart = 2, kEnd = 4;

  std::size_t slot(std::int64_t place) const noexcept {
    return static_cast<std::size_t>(place) & (samples_.size() - 1);
  }
  void put_silence(std::int64_t end) noexcept;
  std::int64_t begin_of_speech(std::int64_t frame, double age_s) noexcept;
  void speak(std::int64_t most, std::int64_t least) noexcept;
  void end_utterance() noexcept;
  void note(const Event& event) noexcept { events_.push_into_room(event); }

  SoundQueue& queue_;
  LineNeeds needs_;
  int rate_;
  double longest_gap_s_;
  std::vector<float> samples_;       ///< a ring
  std::vector<std::uint8_t> kinds_;  ///< of the samples
  State state_ = State::idle;
  bool spoke_ = false;
  std::int64_t end_ = 0, played_ = 0, spoken_ = 0, last_spoken_ = -1;
  std::int64_t gap_ = 0;        ///< samples since the last spoken one
  double margin_ = 0;           ///< samples by which packets may come later than they should
  std::int64_t held_back_ = 0;  ///< samples for which speech that is there has not begun
  std::int64_t late_ = 0;
  bool late_in_utterance_ = false;
  bool heard_start_ = false;  ///< the utterance that is played has begun and not ended
  std::int64_t utterance_played_ = 0;
  Queue<Event> events_{256};
};

}  // namespace parlante
