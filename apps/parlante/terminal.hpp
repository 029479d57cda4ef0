// Progress and log on standard error: a bar for people, JSON lines for programs.
#pragma once

#include <chrono>
#include <string>

#include "core/sink.hpp"
#include "settings.hpp"

namespace parlante::app {

/// Bar when standard error is a terminal, JSON lines otherwise. Not thread-safe.
class TerminalSink final : public Sink {
 public:
  explicit TerminalSink(const CommonSettings& settings);
  ~TerminalSink() override;
  void log(LogLevel level, std::string_view sentence) override;
  void progress(std::string_view stage, std::int64_t done, std::int64_t total) override;
  /// What a user of a command that goes on for long wants to know.
  void say(std::string_view sentence);
  /// The error that ends the command.
  void error(const Error& error);

 private:
  using Clock = std::chrono::steady_clock;
  void clear_bar();
  bool on_terminal_, json_, verbose_, quiet_;
  bool bar_shown_ = false;
  Clock::time_point start_, last_;
  std::string stage_;
};

}  // namespace parlante::app
