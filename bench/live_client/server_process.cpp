#include "server_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

extern char** environ;

namespace parlante::bench {

Usage usage_of(pid_t pid) {
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

ServerProcess::ServerProcess(const std::string& program, int sessions) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
  std::vector<std::string> arguments{program, "serve", "--port", "0", "--sessions", std::to_string(sessions),
                                     "-q"};
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
    const std::string text = line;
    const auto colon = text.rfind(':');
    if (colon != std::string::npos) port_ = std::atoi(text.c_str() + colon + 1);
  }
  std::fclose(said);
}

int ServerProcess::end() {
  if (pid_ == 0) return -1;
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

ServerProcess::~ServerProcess() {
  end();
}

}  // namespace parlante::bench
