#include "live/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

extern char** environ;

namespace parlante {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostLine = 4096;
constexpr int kNice = 10, kPoll_ms = 50;
constexpr auto kPatience = std::chrono::seconds(2);  ///< between SIGTERM and SIGKILL

/// Both ends of a pipe, closed at the end and in children.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  bool open() const noexcept { return ends_[0] >= 0; }
  int reader() const noexcept { return ends_[0]; }
  int writer() const noexcept { return ends_[1]; }
  void close_end(std::size_t end) noexcept {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// What a child reads: a file in memory, so that nobody has to wait for it to read.
class Input {
 public:
  explicit Input(std::string_view text) : file_(memfd_create("input", MFD_CLOEXEC)) {
    while (file_ >= 0 && !text.empty()) {
      const ssize_t written = write(file_, text.data(), text.size());
      if (written <= 0 && errno != EINTR) return;
      text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    whole_ = file_ >= 0 && lseek(file_, 0, SEEK_SET) == 0;
  }
  ~Input() {
    if (file_ >= 0) close(file_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  bool whole() const noexcept { return whole_; }
  int file() const noexcept { return file_; }

 private:
  int file_;
  bool whole_ = false;
};

/// Cuts what comes into lines.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& line) : line_(line) {}
  void add(std::string_view text) {
    for (const char c : text) {
      if (c == '\n') {
        if (line_) line_(kept_);
        kept_.clear();
      } else if (kept_.size() < kMostLine) {
        kept_ += c;
      }
    }
  }

 private:
  const std::function<void(std::string_view)>& line_;
  std::string kept_;
};

/// What the server was told in the environment is not meant for what it starts, least of all its token.
std::vector<char*> environment() {
  std::vector<char*> kept;
  for (char** entry = environ; *entry; ++entry)
    if (std::string_view(*entry).substr(0, 9) != "PARLANTE_") kept.push_back(*entry);
  kept.push_back(nullptr);
  return kept;
}

/// The child, in a group of its own so that Ctrl-C in the terminal reaches the server alone.
std::optional<pid_t> start(const std::vector<std::string>& arguments, const Input& in, const Pipe& out,
                           const Pipe& err) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in.file(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.writer(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, argv[0], &files, &attributes, argv.data(), environment().data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return failed ? std::nullopt : std::optional(pid);
}

void limit(pid_t pid, const ChildLimits& limits) {
  setpriority(PRIO_PROCESS, static_cast<id_t>(pid), kNice);
  const rlimit file{limits.file_bytes, limits.file_bytes}, none{0, 0};
  prlimit(pid, RLIMIT_FSIZE, &file, nullptr);
  prlimit(pid, RLIMIT_CORE, &none, nullptr);
}

}  // namespace

Result<ChildOutcome> run_child(const std::vector<std::string>& arguments, const ChildLimits& limits,
                               const std::atomic<bool>& stop,
                               const std::function<void(std::string_view)>& line, std::string_view input) {
  Pipe out, err;
  const Input in(input);
  const auto pid = in.whole() && out.open() && err.open() ? start(arguments, in, out, err) : std::nullopt;
  if (!pid) return fail(ErrorKind::failed, "The program for this work cannot be started.");
  limit(*pid, limits);
  out.close_end(1);
  err.close_end(1);

  ChildOutcome outcome;
  Lines lines(line);
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                           std::chrono::duration<double>(limits.seconds));
  std::optional<Clock::time_point> kill_at;
  std::array<pollfd, 2> ends{pollfd{out.reader(), POLLIN, 0}, pollfd{err.reader(), POLLIN, 0}};
  std::array<char, 4096> piece{};
  int status = 0;
  for (bool ended = false;;) {
    const bool more = ends[0].fd >= 0 || ends[1].fd >= 0;
    poll(ends.data(), ends.size(), more ? kPoll_ms : 10);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || (ends[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      const ssize_t got = read(ends[i].fd, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        ends[i].fd = -1;
      } else if (i == 1) {
        lines.add({piece.data(), static_cast<std::size_t>(got)});
      } else {
        outcome.out.append(piece.data(),
                           std::min(static_cast<std::size_t>(got), limits.output_bytes - outcome.out.size()));
      }
    }
    // what was written before the end is read first
    if (ended) {
      if (ends[0].fd < 0 && ends[1].fd < 0) break;
      if (kill_at && Clock::now() > *kill_at) break;
      continue;
    }
    ended = waitpid(*pid, &status, WNOHANG) == *pid;
    if (ended) {
      kill_at = Clock::now() + kPatience;  // of a grandchild that keeps the pipes open
      continue;
    }
    const auto now = Clock::now();
    if (!kill_at && (stop || now > deadline)) {
      outcome.stopped = stop;
      outcome.timed_out = !stop;
      kill(-*pid, SIGTERM);
      kill_at = now + kPatience;
    } else if (kill_at && now > *kill_at) {
      kill(-*pid, SIGKILL);
    }
  }
  outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace parlante
