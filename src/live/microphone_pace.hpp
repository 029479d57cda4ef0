// A microphone never ends an utterance, and its clock is not ours: what it gives too much would wait longer
// and longer.
#pragma once

#include <chrono>
#include <limits>
#include <span>
#include <vector>

namespace parlante {

/// Keeps the delay of a voice that comes as it is spoken from growing: while more of it waits than did at
/// first, it is played faster by a 256th (seven hundredths of a semitone). Sound that comes in any other way,
/// or does not pile up, passes as it is, bit for bit. One thread.
class MicrophonePace {
 public:
  using Clock = std::chrono::steady_clock;
  explicit MicrophonePace(int rate) noexcept : rate_(rate) {}

  /// What to push of `samples`, which came at `now` while `waiting_s` of sound waited to be played. Valid
  /// until the next call.
  std::span<const float> take(std::span<const float> samples, double waiting_s, Clock::time_point now);
  /// After an end, an interruption: what comes next is another utterance.
  void reset() noexcept;
  bool hurries() const noexcept { return hurries_; }

  static constexpr double kStep = 1 + 1. / 256;  ///< samples taken for each one given while it hurries
  static constexpr double kTooMuch_s = .03;      ///< more than at first: it begins to
  static constexpr double kEnough_s = .01;       ///< and stops
  static constexpr double kReserve_s = .02;      ///< more that is left where nothing waited before

 private:
  void look(double waiting_s, Clock::time_point now);
  void end_window(double seconds) noexcept;
  void squeeze(std::span<const float> samples);

  int rate_;
  Clock::time_point began_{};        ///< of the window; none: nothing has come yet
  double came_s_ = 0, least_s_ = 0;  ///< in the window: sound, and what waited at least
  int windows_ = 0;                  ///< in which it came as it was spoken, one after the other
  int uneven_ = 0;                   ///< in which it did not, since
  double usual_s_ = 0;               ///< what waited at least in the first of them
  double reserve_s_ = 0;             ///< what should wait at least, once nothing did
  bool hurries_ = false;
  std::vector<float> kept_, out_;  ///< samples around the place that is read, while it hurries
  double at_ = 0;                  ///< the place, in samples of kept_
};

}  // namespace parlante
