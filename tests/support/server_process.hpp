// A server of our own to test or measure, in a process of its own, and what that uses.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

extern char** environ;

namespace parlante::testing {

struct Usage {
  double cpu_s = 0, memory_mb = 0;
};

/// Of a process, so far and now.
inline Usage usage_of(pid_t pid) {
  Usage usage;
  const std::string folder = "/proc/" + std::to_string(pid) + "/";
  std::ifstream stat(folder + "stat");
  std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  if (const auto end = text.rfind(')'); end != std::string::npos) {
    std::istringstream fields(text.substr(end + 2));
    std::string field;
    double user = 0, system = 0;
    for (int i = 0; i < 11; ++i) fields >> field;  // fields 3 to 13 of proc(5)
    fields >> user >> system;
    usage.cpu_s = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  std::ifstream statm(folder + "statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  usage.memory_mb = resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
  return usage;
}

/// `program serve --port 0 options…`, ended with the object.
class ServerProcess {
 public:
  /// Waits until it says where it listens. Port 0: it does not start.
  ServerProcess(const std::string& program, const std::vector<std::string>& options) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    std::vector<std::string> arguments{program, "serve", "--port", "0", "-q"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int failed = posix_spawn(&pid_, program.c_str(), &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    std::FILE* said = fdopen(ends[0], "r");
    char line[256] = "";
    if (failed) pid_ = 0;
    if (!failed && std::fgets(line, sizeof line, said)) {
      address_ = line;
      const auto colon = address_.rfind(':');
      if (colon != std::string::npos) port_ = std::atoi(address_.c_str() + colon + 1);
    }
    std::fclose(said);
  }
  ~ServerProcess() { end(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  int port() const noexcept { return port_; }
  pid_t pid() const noexcept { return pid_; }
  /// As it said it, with the line's end.
  const std::string& address() const noexcept { return address_; }
  /// SIGTERM; its exit code.
  int end() {
    if (pid_ == 0) return -1;
    kill(pid_, SIGTERM);
    return wait();
  }
  /// Its exit code, once it has ended; 128 + n: by signal n.
  int wait() {
    if (pid_ == 0) return -1;
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_ = 0;
  int port_ = 0;
  std::string address_;
};

}  // namespace parlante::testing
