// One client of a live server that speaks in real time and takes the time of what comes back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace parlante::bench {

struct LoadOptions {
  std::string host = "127.0.0.1", token, output = "jpeg", avatar = "sample";
  int port = 8080, fps = 25, size = 512, sample_rate = 16000;
  double seconds = 10;
  int chunk_ms = 20;
  bool interrupts = true;  ///< some seconds apart
  bool trace = false;  ///< says on stderr when frames were missing, and what the server says of such seconds
};

/// Times in ms.
struct LoadResult {
  std::string problem;  ///< empty: none
  double first_frame = 0, latency_promised = 0;
  double fps = 0, seconds = 0;
  std::int64_t pictures = 0, missing = 0, sounds_missing = 0;
  int breaks = 0, losses = 0;
  std::int64_t samples_found = 0;
  std::vector<double> latency;        ///< of every millisecond's sample
  std::vector<double> latency_first;  ///< of the first sample of each frame, which waits longest
  std::vector<double> av_offset, interval, interrupt_event, interrupt_silence;
  double clock_offset = 0, clock_drift = 0;  ///< picture's time stamp minus sound's: mean, last minus first
};

/// Asks /health until it says that the server is ready, for a minute at most.
bool wait_until_ready(const LoadOptions& options);

/// `speech` is said over and over, with a pause between. Blocks.
LoadResult run_load_session(const LoadOptions& options, std::span<const std::int16_t> speech);

/// The value below which `share` of them lie.
double quantile(std::vector<double> values, double share);

}  // namespace parlante::bench
