// What the server counts, in the text form that Prometheus reads (exposition format 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>

namespace parlante {

/// Counts values below bounds. Lock-free.
class Histogram {
 public:
  static constexpr std::size_t kMostBounds = 12;
  explicit Histogram(std::initializer_list<double> bounds) noexcept;
  void add(double value) noexcept;
  /// Appends its lines.
  void write(std::string& text, const char* name, const char* help) const;

 private:
  std::size_t size_;
  std::array<double, kMostBounds> bounds_{};
  std::array<std::atomic<std::uint64_t>, kMostBounds + 1> counts_{};
  std::atomic<double> sum_{0};
};

/// Shared by all sessions and jobs; every member may be changed by any thread.
struct Metrics {
  std::atomic<std::uint64_t> frames_rendered{0}, frames_late{0}, pictures_dropped{0};
  std::atomic<std::uint64_t> sessions_opened{0}, sessions_refused{0}, jobs_done{0}, jobs_failed{0};
  std::atomic<std::uint64_t> requests{0}, requests_refused{0};
  std::atomic<int> sessions{0}, jobs_running{0}, jobs_waiting{0};
  std::atomic<double> av_offset_seconds{0};  ///< of the frame that left last: picture minus sound
  Histogram first_frame{.05, .1, .2, .3, .4, .6, .8, 1., 2., 5.};          ///< s, from opening a session
  Histogram render{.002, .004, .006, .008, .01, .015, .02, .03, .04, .1};  ///< s, of one frame
  Histogram lateness{.001, .002, .005, .01, .02, .04, .1, .5};             ///< s, of a frame past its time

  std::string text() const;
};

}  // namespace parlante
