// The newest of many values, from one thread to another, without locks.
#pragma once

#include <array>
#include <atomic>

namespace parlante {

/// Three places: the writer's, the reader's, and one between, which they exchange for their own. Values that
/// were not read before the next one came are lost. Neither side allocates if copying a T does not.
template <class T>
class LatestValue {
 public:
  /// The writer's thread.
  void put(const T& value) {
    places_[writers_] = value;
    writers_ = between_.exchange(writers_ | kNew, std::memory_order_acq_rel) & ~kNew;
  }
  /// The reader's thread: the newest value, or null when none has come since the last call. Valid until the
  /// next call.
  const T* take() noexcept {
    if ((between_.load(std::memory_order_relaxed) & kNew) == 0) return nullptr;
    readers_ = between_.exchange(readers_, std::memory_order_acq_rel) & ~kNew;
    return &places_[readers_];
  }

 private:
  static constexpr unsigned kNew = 4;
  std::array<T, 3> places_{};
  unsigned writers_ = 0, readers_ = 1;
  std::atomic<unsigned> between_{2};
};

}  // namespace parlante
