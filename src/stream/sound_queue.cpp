#include "stream/sound_queue.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parlante {

// The writer fills blocks and then publishes `pushed_`; the reader publishes `taken_` when it has left
// samples behind. So each block belongs to the reader from its start's publication until `taken_` has passed
// its end, else to the writer, and needs no atomics itself. The block that ends exactly at `taken_` stays the
// reader's, who stands there until the next one exists.

SoundQueue::SoundQueue(std::int64_t most_samples) : most_(std::max<std::int64_t>(1, most_samples)) {
  oldest_ = newest_ = current_ = new Block;
}

SoundQueue::~SoundQueue() {
  while (oldest_) delete std::exchange(oldest_, oldest_->next);
}

SoundQueue::Block* SoundQueue::fresh_block() {
  // Of the blocks that were read, one is used again and the rest given back.
  Block* spare = nullptr;
  const std::int64_t taken = taken_.load(std::memory_order_acquire);
  while (oldest_ != newest_ && oldest_->start + static_cast<std::int64_t>(kBlock) < taken) {
    Block* read = std::exchange(oldest_, oldest_->next);
    if (spare) delete spare;
    spare = read;
  }
  return spare ? spare : new Block;
}

std::int64_t SoundQueue::waiting() const noexcept {
  const std::int64_t gone =
      std::max(dropped_until_.load(std::memory_order_relaxed), taken_.load(std::memory_order_acquire));
  return std::max<std::int64_t>(0, pushed_.load(std::memory_order_relaxed) - gone);
}

bool SoundQueue::push(std::span<const float> samples, Time now) {
  if (samples.empty()) return true;
  const auto count = static_cast<std::int64_t>(samples.size());
  if (count > most_ || waiting() > most_ - count) return false;
  while (!samples.empty()) {
    auto place = static_cast<std::size_t>(written_ - newest_->start);
    if (place == kBlock) {
      Block* block = fresh_block();
      block->next = nullptr;
      block->start = written_;
      newest_->next = block;
      newest_ = block;
      place = 0;
    }
    const std::size_t some = std::min(samples.size(), kBlock - place);
    std::ranges::transform(samples.first(some), newest_->samples.begin() + static_cast<std::ptrdiff_t>(place),
                           [](float s) { return std::isfinite(s) ? std::clamp(s, -1.F, 1.F) : 0.F; });
    written_ += static_cast<std::int64_t>(some);
    samples = samples.subspan(some);
  }
  open_ = true;
  packet_.store(count, std::memory_order_relaxed);
  came_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  pushed_.store(written_, std::memory_order_release);
  return true;
}

void SoundQueue::end_utterance() noexcept {
  if (!open_) return;
  const std::uint64_t count = ends_written_.load(std::memory_order_relaxed);
  if (count - ends_read_.load(std::memory_order_acquire) >= kEnds) return;
  open_ = false;
  ends_[count % kEnds].store(written_, std::memory_order_relaxed);
  ends_written_.store(count + 1, std::memory_order_release);
}

void SoundQueue::drop(bool interrupts) noexcept {
  open_ = false;
  dropped_until_.store(written_, std::memory_order_relaxed);
  const std::uint64_t place = 2 * (static_cast<std::uint64_t>(written_) + 1);
  std::uint64_t before = drop_.load(std::memory_order_relaxed);
  while (!drop_.compare_exchange_weak(before, place | (before & 1U) | (interrupts ? 1U : 0U),
                                      std::memory_order_release, std::memory_order_relaxed)) {
  }
}

SoundQueue::Drop SoundQueue::obey() noexcept {
  const std::uint64_t asked = drop_.exchange(0, std::memory_order_acquire);
  if (asked == 0) return {};
  const auto until = static_cast<std::int64_t>(asked / 2) - 1;
  const Drop drop{.asked = true, .interrupts = (asked & 1U) != 0, .lost = until > read_};
  read_ = std::max(read_, until);
  std::int64_t end = 0;
  while (next_end(end) && end <= until) ends_read_.fetch_add(1, std::memory_order_release);
  while (current_->start + static_cast<std::int64_t>(kBlock) < read_) current_ = current_->next;
  taken_.store(read_, std::memory_order_release);
  return drop;
}

bool SoundQueue::next_end(std::int64_t& position) const noexcept {
  const std::uint64_t first = ends_read_.load(std::memory_order_relaxed);
  if (first == ends_written_.load(std::memory_order_acquire)) return false;
  position = ends_[first % kEnds].load(std::memory_order_relaxed);
  return true;
}

std::int64_t SoundQueue::readable() const noexcept {
  return std::max<std::int64_t>(0, pushed_.load(std::memory_order_acquire) - read_);
}

bool SoundQueue::end_is_known() const noexcept {
  std::int64_t end = 0;
  return next_end(end);
}

SoundQueue::Read SoundQueue::read(std::span<float> samples) noexcept {
  // The samples first: whoever sees samples sees the ends before them.
  std::int64_t until = read_ + std::min<std::int64_t>(readable(), static_cast<std::int64_t>(samples.size()));
  std::int64_t end = 0;
  const bool known = next_end(end);
  if (known) until = std::min(until, end);
  Read result;
  while (read_ < until) {
    while (current_->start + static_cast<std::int64_t>(kBlock) <= read_) current_ = current_->next;
    const std::int64_t place = read_ - current_->start;
    const std::int64_t some = std::min(until - read_, static_cast<std::int64_t>(kBlock) - place);
    std::copy_n(current_->samples.begin() + place, some,
                samples.begin() + static_cast<std::ptrdiff_t>(result.count));
    result.count += static_cast<std::size_t>(some);
    read_ += some;
  }
  if (known && read_ >= end) {
    result.ended = true;
    ends_read_.fetch_add(1, std::memory_order_release);
  }
  taken_.store(read_, std::memory_order_release);
  return result;
}

}  // namespace parlante
