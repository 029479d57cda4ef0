#include "stall_watch.hpp"

#include <pthread.h>
#include <sched.h>

#include <cstdio>

namespace parlante::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kNap(2);
constexpr double kWorthSaying_ms = 20;

double ms_since(Clock::time_point from) {
  return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

}  // namespace

StallWatch::StallWatch(bool trace) : trace_(trace) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(static_cast<unsigned>(core), &allowed))
      threads_.emplace_back([this, core] { watch(core); });
}

StallWatch::~StallWatch() {
  end();
}

double StallWatch::end() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return longest_ms_;
}

void StallWatch::watch(int core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(static_cast<unsigned>(core), &only);
  pthread_setaffinity_np(pthread_self(), sizeof(only), &only);
  while (!over_) {
    const Clock::time_point asleep = Clock::now();
    std::this_thread::sleep_for(kNap);
    const double late = ms_since(asleep) - static_cast<double>(kNap.count());
    if (trace_ && late >= kWorthSaying_ms)
      std::fprintf(stderr, "%.3f s: core %d stood still for %.1f ms\n", ms_since(began_) / 1000, core, late);
    double longest = longest_ms_;
    while (late > longest && !longest_ms_.compare_exchange_weak(longest, late)) {
    }
  }
}

}  // namespace parlante::bench
