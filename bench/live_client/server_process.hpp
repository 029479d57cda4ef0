// A server of our own to measure, and what it uses.
#pragma once

#include <sys/types.h>

#include <string>

namespace parlante::bench {

struct Usage {
  double cpu_s = 0, memory_mb = 0;
};
/// Of a process, so far and now.
Usage usage_of(pid_t pid);

/// `program serve --port 0`, ended with the object.
class ServerProcess {
 public:
  /// Waits until it says where it listens. Port 0: it does not start.
  explicit ServerProcess(const std::string& program, int sessions);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  int port() const noexcept { return port_; }
  pid_t pid() const noexcept { return pid_; }
  /// SIGTERM; its exit code.
  int end();

 private:
  pid_t pid_ = 0;
  int port_ = 0;
};

}  // namespace parlante::bench
