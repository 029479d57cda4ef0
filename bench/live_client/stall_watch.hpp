// Tells pauses of the machine from those of the server that runs on it.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace parlante::bench {

/// A thread on each core wakes every 2 ms and notes by how much it overslept: where a core gave it no time
/// for tens of milliseconds, another program (or the host of a virtual machine) had it, and what is late then
/// says little of the server.
class StallWatch {
 public:
  /// `trace`: says on stderr when a core stood still for 20 ms or more.
  explicit StallWatch(bool trace);
  ~StallWatch();
  StallWatch(const StallWatch&) = delete;
  StallWatch& operator=(const StallWatch&) = delete;

  /// Ends the watch. Milliseconds of the longest pause on any core.
  double end();

 private:
  void watch(int core);

  const bool trace_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::atomic<bool> over_ = false;
  std::atomic<double> longest_ms_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace parlante::bench
