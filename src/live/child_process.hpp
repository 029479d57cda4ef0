// Programs run beside the server: what strangers upload is decoded there, not in the process that serves.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace parlante {

struct ChildLimits {
  double seconds = 600;                      ///< of the clock, then it is stopped
  std::uint64_t file_bytes = 2'000'000'000;  ///< that it may write into one file
  std::size_t output_bytes = 1'000'000;      ///< kept of its standard output; the rest is lost
};

struct ChildOutcome {
  int exit = -1;  ///< its code; 128 + n: ended by signal n
  std::string out;
  bool stopped = false, timed_out = false;  ///< by us
};

/// Runs `arguments` (the first is the program's path) with `input` on standard input, at low priority, and
/// waits. Each line of its standard error goes to `line` (at most 4 KiB of it). Setting `stop` ends it:
/// SIGTERM, then SIGKILL after two seconds. Thread-safe. Errors: failed (it cannot be started).
Result<ChildOutcome> run_child(const std::vector<std::string>& arguments, const ChildLimits& limits,
                               const std::atomic<bool>& stop,
                               const std::function<void(std::string_view)>& line,
                               std::string_view input = {});

}  // namespace parlante
