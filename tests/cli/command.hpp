// Runs the real command and says what came of it.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace parlante::testing {

namespace fs = std::filesystem;

struct Outcome {
  int exit = -1;  ///< exit code; 128 + n when killed by signal n
  std::string out, err;
};

/// A folder of its own for each test, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "parlante-test.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }
  /// Everything in it, for "nothing half-written was left".
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  fs::path path_;
};

inline std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Keys and answers of the tests lie apart from the user's, and the portraits here are of nobody.
inline void set_environment() {
  static const Folder home;
  setenv("XDG_DATA_HOME", home.path().c_str(), 0);
  static const bool once = setenv("PARLANTE_CONSENT", "synthetic", 0) == 0;
  static_cast<void>(once);
}

/// Runs `parlante arguments…`; standard input from `input`, if not empty; SIGINT after `interrupt_after`, if
/// not zero.
inline Outcome run(std::vector<std::string> arguments, const fs::path& input = {},
                   std::chrono::milliseconds interrupt_after = std::chrono::milliseconds(0)) {
  set_environment();
  const Folder scratch;
  const std::string program = std::string(PARLANTE_BINARY_DIR) + "/bin/parlante";
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string out = scratch / "out", err = scratch / "err",
                    in = input.empty() ? "/dev/null" : input.string();
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t pid = 0;
  Outcome outcome;
  if (posix_spawn(&pid, program.c_str(), &files, nullptr, argv.data(), environ) == 0) {
    if (interrupt_after.count() > 0) {
      std::this_thread::sleep_for(interrupt_after);
      kill(pid, SIGINT);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  posix_spawn_file_actions_destroy(&files);
  outcome.out = contents(out);
  outcome.err = contents(err);
  return outcome;
}

}  // namespace parlante::testing
