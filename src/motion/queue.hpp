// First in, first out, in one piece of memory that is used again.
#pragma once

#include <cstddef>
#include <vector>

namespace parlante {

/// Grows to the longest row that ever waited; then nothing is allocated any more.
template <class T>
class Queue {
 public:
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  void push(const T& value) {
    if (size_ == ring_.size()) grow();
    ring_[(first_ + size_++) % ring_.size()] = value;
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
