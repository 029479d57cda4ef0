// Things that are costly to make and never change: made once for all who ask with the same key at the same
// time.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace parlante {

/// Keeps nothing alive itself: when the last user of a thing lets go, it is gone. Thread-safe; those who ask
/// while one is being made wait for it. A key that names other objects by address is safe while their users
/// keep them alive as long as they hold the thing made of them.
template <class Key, class Value>
class SharedParts {
 public:
  /// The thing with this key, or what `make()` gives (a std::shared_ptr<const Value>).
  template <class Make>
  std::shared_ptr<const Value> get(const Key& key, Make make) {
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [](const Entry& e) { return e.second.expired(); });
    for (const Entry& entry : kept_)
      if (entry.first == key)
        if (std::shared_ptr<const Value> value = entry.second.lock()) return value;
    std::shared_ptr<const Value> value = make();
    kept_.emplace_back(key, value);
    return value;
  }

 private:
  using Entry = std::pair<Key, std::weak_ptr<const Value>>;
  std::mutex mutex_;
  std::vector<Entry> kept_;
};

}  // namespace parlante
