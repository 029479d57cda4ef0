// Work that takes its time, done one piece after another on few threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parlante {

class WorkQueue {
 public:
  /// At most `waiting` pieces wait while `threads` are done.
  WorkQueue(std::size_t threads, std::size_t waiting) : most_(waiting) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~WorkQueue() { stop(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False when too much waits, or after stop(): `work` is not taken.
  bool add(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (stopped_ || waiting_.size() >= most_) return false;
    waiting_.push_back(std::move(work));
    more_.notify_one();
    return true;
  }
  /// Drops what waits and returns when what is being done is finished.
  void stop() {
    std::deque<std::function<void()>> dropped;
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      dropped.swap(waiting_);
    }
    more_.notify_all();
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

 private:
  void run() {
    for (;;) {
      std::function<void()> work;
      {
        std::unique_lock lock(mutex_);
        more_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
        if (stopped_) return;
        work = std::move(waiting_.front());
        waiting_.pop_front();
      }
      work();
    }
  }

  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parlante
