// Sound that was pushed and not yet played: from one thread to another, without locks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace parlante {

/// Samples in the order in which they came, with the places where utterances end. One thread writes, one
/// reads; neither waits for the other. Positions count samples from the queue's start. The reader allocates
/// nothing; the writer takes memory as the queue grows and gives it back when it has been read.
class SoundQueue {
 public:
  using Time = std::chrono::steady_clock::time_point;
  explicit SoundQueue(std::int64_t most_samples);
  ~SoundQueue();
  SoundQueue(const SoundQueue&) = delete;
  SoundQueue& operator=(const SoundQueue&) = delete;

  // The writer's side.

  /// False, and nothing taken, when more than the queue may hold would wait. What is not a number becomes 0,
  /// what is beyond ±1 the nearest. `now`: the time, where it is known.
  bool push(std::span<const float> samples, Time now = {});
  /// What was pushed since the last end is an utterance; nothing when nothing was. Beyond some thousand ends
  /// that wait, utterances join.
  void end_utterance() noexcept;
  /// The reader is asked to drop all that was pushed until now.
  void drop(bool interrupts) noexcept;
  /// Samples that wait to be read. Any thread.
  std::int64_t waiting() const noexcept;

  // The reader's side.

  struct Drop {
    bool asked = false, interrupts = false, lost = false;  ///< lost: samples were not read, or no end
  };
  /// Does what drop() asked for.
  Drop obey() noexcept;
  /// Samples that can be read now, of all utterances.
  std::int64_t readable() const noexcept;
  /// Whether an utterance's end is among them.
  bool end_is_known() const noexcept;
  /// Whether drop() asked for something that was not done.
  bool drop_is_asked() const noexcept { return drop_.load(std::memory_order_relaxed) != 0; }
  /// Of the last push: samples, and when it came.
  std::int64_t packet() const noexcept { return packet_.load(std::memory_order_relaxed); }
  Time came() const noexcept { return Time(Time::duration(came_.load(std::memory_order_relaxed))); }
  struct Read {
    std::size_t count = 0;
    bool ended = false;  ///< the last sample read, now or earlier, was its utterance's last
  };
  /// Copies the next samples, up to the end of the utterance.
  Read read(std::span<float> samples) noexcept;

 private:
  static constexpr std::size_t kBlock = 4096, kEnds = 4096;
  struct Block {
    std::array<float, kBlock> samples;
    Block* next = nullptr;
    std::int64_t start = 0;
  };
  Block* fresh_block();
  bool next_end(std::int64_t& position) const noexcept;

  const std::int64_t most_;
  // The writer's.
  Block *oldest_ = nullptr, *newest_ = nullptr;
  std::int64_t written_ = 0;
  bool open_ = false;  ///< something was pushed since the last end
  // The reader's.
  Block* current_ = nullptr;
  std::int64_t read_ = 0;
  // Both sides'.
  std::atomic<std::int64_t> pushed_{0}, taken_{0}, dropped_until_{0}, packet_{1};
  std::atomic<Time::rep> came_{0};
  std::array<std::atomic<std::int64_t>, kEnds> ends_{};
  std::atomic<std::uint64_t> ends_written_{0}, ends_read_{0};
  std::atomic<std::uint64_t> drop_{0};  ///< 2·(position + 1) + interrupts; 0: nothing asked
};

}  // namespace parlante
