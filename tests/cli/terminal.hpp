// The real command on a terminal of its own, with somebody who types.
#pragma once

#include <poll.h>
#include <pty.h>

#include "cli/command.hpp"

namespace parlante::testing {

/// Runs `parlante arguments…` on a pseudo-terminal. Whenever it prints "> ", the next of `answers` is typed;
/// after the last one the terminal says that nobody types any more (Ctrl-D). All it prints is in `out`.
inline Outcome run_on_terminal(std::vector<std::string> arguments, std::vector<std::string> answers) {
  set_environment();
  const std::string program = std::string(PARLANTE_BINARY_DIR) + "/bin/parlante";
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid < 0) return {};
  if (pid == 0) {
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  Outcome outcome;
  std::size_t answered = 0, read_to = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (std::chrono::steady_clock::now() < end) {
    pollfd ready{terminal, POLLIN, 0};
    if (poll(&ready, 1, 1000) == 0) continue;
    char part[1024];
    const ssize_t got = ::read(terminal, part, sizeof part);
    if (got <= 0) break;  // the other end was closed
    outcome.out.append(part, static_cast<std::size_t>(got));
    for (std::size_t at; (at = outcome.out.find("> ", read_to)) != std::string::npos; read_to = at + 2) {
      const std::string typed = answered < answers.size() ? answers[answered++] + "\n" : std::string("\x04");
      if (::write(terminal, typed.data(), typed.size()) < 0) break;
    }
  }
  if (std::chrono::steady_clock::now() >= end) kill(pid, SIGKILL);
  int status = 0;
  waitpid(pid, &status, 0);
  close(terminal);
  outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace parlante::testing
