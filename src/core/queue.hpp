// First in, first out, in one piece of memory that is used again.
#pragma once

#include <cstddef>
#include <vector>

namespace parlante {

/// Where it grows, to the longest row that ever waited, it allocates; else never.
template <class T>
class Queue {
 public:
  /// With room for so many from the start.
  explicit Queue(std::size_t room) : ring_(room) {}
  Queue() = default;
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// Grows where there is no room.
  void push(const T& value) {
    if (size_ == ring_.size()) grow();
    put(value);
  }
  /// False, and nothing done, where there is no room.
  bool push_into_room(const T& value) noexcept {
    if (size_ == ring_.size()) return false;
    put(value);
    return true;
  }
  /// False, and `value` untouched, when nothing waits.
  bool pop(T& value) noexcept {
    if (size_ == 0) return false;
    value = ring_[first_];
    first_ = (first_ + 1) % ring_.size();
    --size_;
    return true;
  }

 private:
  void put(const T& value) { ring_[(first_ + size_++) % ring_.size()] = value; }
  void grow() {
    std::vector<T> larger(ring_.empty() ? 8 : 2 * ring_.size());
    for (std::size_t i = 0; i < size_; ++i) larger[i] = ring_[(first_ + i) % ring_.size()];
    ring_.swap(larger);
    first_ = 0;
  }
  std::vector<T> ring_;
  std::size_t first_ = 0, size_ = 0;
};

}  // namespace parlante
