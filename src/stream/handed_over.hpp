// A thing that one side makes and the other uses, replaced now and then, without locks.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace parlante {

/// The user neither waits, nor allocates, nor frees: what it no longer uses goes back to the maker, who frees
/// it. For what a thread with deadlines uses and others change.
template <class T>
class HandedOver {
 public:
  explicit HandedOver(std::unique_ptr<T> first) : used_(new Item{std::move(first)}) {}
  ~HandedOver() {
    free_returned();
    delete offered_.load();
    delete used_;
  }
  HandedOver(const HandedOver&) = delete;
  HandedOver& operator=(const HandedOver&) = delete;

  // The maker's side: one thread at a time.

  /// To be used from the next newest() on; one that was offered before and not yet taken is freed.
  void offer(std::unique_ptr<T> made) {
    auto item = std::make_unique<Item>(Item{std::move(made)});
    free_returned();
    delete offered_.exchange(item.release(), std::memory_order_acq_rel);
  }
  /// Frees what the user has given back.
  void free_returned() noexcept {
    Item* item = returned_.exchange(nullptr, std::memory_order_acquire);
    while (item) delete std::exchange(item, item->next);
  }

  // The user's side: one thread.

  /// What was offered last. Valid until the next call.
  T& newest() noexcept {
    if (offered_.load(std::memory_order_relaxed) == nullptr) return *used_->value;
    if (Item* item = offered_.exchange(nullptr, std::memory_order_acquire))
      give_back(std::exchange(used_, item));
    return *used_->value;
  }

 private:
  struct Item {
    std::unique_ptr<T> value;
    Item* next = nullptr;
  };
  /// This side adds one, the other takes all: no item comes back while it is compared.
  void give_back(Item* item) noexcept {
    item->next = returned_.load(std::memory_order_relaxed);
    while (!returned_.compare_exchange_weak(item->next, item, std::memory_order_release,
                                            std::memory_order_relaxed)) {
    }
  }

  std::atomic<Item*> offered_{nullptr}, returned_{nullptr};
  Item* used_;
};

}  // namespace parlante
