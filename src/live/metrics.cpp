#include "live/metrics.hpp"

#include <algorithm>
#include <cstdio>

namespace parlante {
namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9g", value);
  return text.data();
}

void head(std::string& text, const char* name, const char* help, const char* type) {
  text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void counter(std::string& text, const char* name, const char* help, std::uint64_t value) {
  head(text, name, help, "counter");
  text += std::string(name) + " " + std::to_string(value) + "\n";
}

void gauge(std::string& text, const char* name, const char* help, double value) {
  head(text, name, help, "gauge");
  text += std::string(name) + " " + number(value) + "\n";
}

}  // namespace

Histogram::Histogram(std::initializer_list<double> bounds) noexcept
    : size_(std::min(bounds.size(), kMostBounds)) {
  std::copy_n(bounds.begin(), size_, bounds_.begin());
}

void Histogram::add(double value) noexcept {
  std::size_t place = 0;
  while (place < size_ && value > bounds_[place]) ++place;
  counts_[place].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

void Histogram::write(std::string& text, const char* name, const char* help) const {
  head(text, name, help, "histogram");
  std::uint64_t below = 0;
  for (std::size_t i = 0; i <= size_; ++i) {
    below += counts_[i].load(std::memory_order_relaxed);
    text += std::string(name) + "_bucket{le=\"" + (i < size_ ? number(bounds_[i]) : "+Inf") + "\"} " +
            std::to_string(below) + "\n";
  }
  text += std::string(name) + "_sum " + number(sum_.load(std::memory_order_relaxed)) + "\n";
  text += std::string(name) + "_count " + std::to_string(below) + "\n";
}

std::string Metrics::text() const {
  std::string text;
  counter(text, "parlante_frames_rendered_total", "Frames drawn for live sessions.", frames_rendered);
  counter(text, "parlante_frames_late_total", "Frames left out because their time had passed.", frames_late);
  counter(text, "parlante_pictures_dropped_total", "Pictures not sent because the client read too slowly.",
          pictures_dropped);
  gauge(text, "parlante_sessions", "Live sessions that are open.", sessions);
  counter(text, "parlante_sessions_opened_total", "Live sessions opened so far.", sessions_opened);
  counter(text, "parlante_sessions_refused_total", "Live sessions refused.", sessions_refused);
  gauge(text, "parlante_jobs_running", "Jobs that are being done.", jobs_running);
  gauge(text, "parlante_jobs_waiting", "Jobs that wait.", jobs_waiting);
  counter(text, "parlante_jobs_done_total", "Jobs done.", jobs_done);
  counter(text, "parlante_jobs_failed_total", "Jobs that failed.", jobs_failed);
  counter(text, "parlante_requests_total", "HTTP requests.", requests);
  counter(text, "parlante_requests_refused_total", "HTTP requests refused before their body was read.",
          requests_refused);
  gauge(text, "parlante_av_offset_seconds", "Time between picture and sound of the frame that left last.",
        av_offset_seconds);
  first_frame.write(text, "parlante_first_frame_seconds", "From opening a session to its first frame.");
  render.write(text, "parlante_render_seconds", "Time a frame takes to make.");
  lateness.write(text, "parlante_lateness_seconds", "How long after its time a frame leaves.");
  return text;
}

}  // namespace parlante
