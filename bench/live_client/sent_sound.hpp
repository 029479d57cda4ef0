// Which of the samples that were sent comes back, and when it was sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace parlante::bench {

/// The server plays exactly what it was sent, later: a stretch of samples is found again by its values.
class SentSound {
 public:
  using Clock = std::chrono::steady_clock;

  void sent(std::span<const std::int16_t> samples, Clock::time_point now);
  /// Samples of ours, counted from the first that was sent.
  struct Found {
    std::size_t begin, count;
  };
  /// What was sent so far need not come any more.
  void interrupted() noexcept { may_leave_out_ = true; }
  /// Those among `samples`; nothing for silence, and for sound that is not found. `may_break`: it was
  /// interrupted.
  std::optional<Found> find(std::span<const std::int16_t> samples, bool may_break);
  /// When a sample was sent.
  Clock::time_point when(std::size_t sample) const;
  /// Times that samples came that were not the next ones of ours: silence, where a busy machine sent or took
  /// ours too late.
  int breaks() const noexcept { return breaks_; }
  /// Times that sound of ours was left out that nobody had interrupted: never, on however busy a machine.
  int losses() const noexcept { return losses_; }
  std::int64_t found() const noexcept { return found_; }
  std::int64_t count() const noexcept { return static_cast<std::int64_t>(sound_.size()); }

 private:
  struct Piece {
    std::size_t begin;
    Clock::time_point at;
  };
  std::vector<std::int16_t> sound_;
  std::vector<Piece> pieces_;
  std::size_t next_ = 0;  ///< of `sound_`: expected next
  bool following_ = false;
  bool may_leave_out_ = false;  ///< up to the next samples that are found
  int breaks_ = 0, losses_ = 0;
  std::int64_t found_ = 0;
};

}  // namespace parlante::bench
