#include "terminal.hpp"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/error_name.hpp"

namespace parlante::app {
namespace {

constexpr auto kBarInterval = std::chrono::milliseconds(100);
constexpr auto kLineInterval = std::chrono::milliseconds(1000);
constexpr int kBarWidth = 30;

void write_line(const nlohmann::json& line) {
  std::fprintf(stderr, "%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

const char* name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
  }
  return "";
}

}  // namespace

TerminalSink::TerminalSink(const CommonSettings& settings)
    : on_terminal_(isatty(STDERR_FILENO) == 1),
      json_(settings.json),
      verbose_(settings.verbose),
      quiet_(settings.quiet) {}

TerminalSink::~TerminalSink() {
  clear_bar();
}

void TerminalSink::clear_bar() {
  if (bar_shown_) std::fprintf(stderr, "\r\033[K");
  bar_shown_ = false;
}

void TerminalSink::log(LogLevel level, std::string_view sentence) {
  if (quiet_ || level == LogLevel::debug || (level == LogLevel::info && !verbose_)) return;
  if (json_) return write_line({{"event", name(level)}, {"message", sentence}});
  clear_bar();
  std::fprintf(stderr, "parlante: %s%.*s\n", level == LogLevel::warning ? "warning: " : "",
               static_cast<int>(sentence.size()), sentence.data());
}

void TerminalSink::progress(std::string_view stage, std::int64_t done, std::int64_t total) {
  if (quiet_) return;
  const auto now = Clock::now();
  const bool new_stage = stage != stage_;
  if (new_stage) {
    stage_ = stage;
    start_ = now;
  }
  const bool lines = json_ || !on_terminal_;
  const bool finished = total > 0 && done >= total;
  if (!new_stage && !finished && now - last_ < (lines ? kLineInterval : kBarInterval)) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (lines) {
    return write_line(
        {{"event", "progress"}, {"stage", stage}, {"done", done}, {"total", total}, {"seconds", seconds}});
  }
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
  const int filled = static_cast<int>(share * kBarWidth);
  std::fprintf(stderr, "\r\033[K%s [", stage_.c_str());
  for (int i = 0; i < kBarWidth; ++i) std::fputc(i < filled ? '=' : ' ', stderr);
  if (total > 0) {
    std::fprintf(stderr, "] %3.0f%%", 100 * share);
    if (share > .02) std::fprintf(stderr, ", %.0f s left", seconds * (1 - share) / share);
  } else {
    std::fprintf(stderr, "] %lld", static_cast<long long>(done));
  }
  bar_shown_ = true;
  if (finished) clear_bar();
}

void TerminalSink::say(std::string_view sentence) {
  if (quiet_) return;
  if (json_) return write_line({{"event", "info"}, {"message", sentence}});
  clear_bar();
  std::fprintf(stderr, "parlante: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

void TerminalSink::error(const Error& error) {
  clear_bar();
  if (json_) return write_line({{"event", "error"}, {"kind", name(error.kind)}, {"message", error.message}});
  std::fprintf(stderr, "parlante: %s\n", error.message.c_str());
}

}  // namespace parlante::app
