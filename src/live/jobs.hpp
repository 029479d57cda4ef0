// Films that are made in the background, one after another.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "live/avatar_shelf.hpp"
#include "live/job_options.hpp"
#include "live/metrics.hpp"
#include "live/parlante_command.hpp"
#include "live/work_queue.hpp"

namespace parlante {

struct JobRequest {
  std::shared_ptr<const ShelvedAvatar> avatar;  ///< or a photo:
  std::string_view photo, sound;                ///< the files' contents, used before add() returns
  std::string consent;
  JobOptions options;
};

enum class JobState { queued, running, done, failed };
std::string_view name(JobState state) noexcept;

struct JobStatus {
  JobState state = JobState::queued;
  double progress = 0;  ///< 0..1
  Error error{};        ///< of a failed one
};

/// Thread-safe. A finished job is kept until it is removed, or room is needed and it is `kKept` old.
class Jobs {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kKept = std::chrono::minutes(10);

  /// Files go into `folder`; `command` and `metrics` must outlive it.
  Jobs(std::filesystem::path folder, const ParlanteCommand& command, std::size_t most, Metrics& metrics)
      : folder_(std::move(folder)), command_(command), most_(most), metrics_(metrics), queue_(1, most) {}
  ~Jobs() { stop(); }

  /// The job's id; none when there are too many. Errors: failed (no room on the disk).
  Result<std::optional<std::string>> add(const JobRequest& request);
  std::optional<JobStatus> status(const std::string& id) const;
  /// The film of a job that is done; empty otherwise.
  std::filesystem::path film(const std::string& id) const;
  /// Stops it if it runs, and forgets it.
  bool remove(const std::string& id);
  /// Stops all.
  void stop();

 private:
  struct Job;
  std::shared_ptr<Job> find(const std::string& id) const;
  void run(Job& job);
  void forget_old(Clock::time_point now);

  std::filesystem::path folder_;
  const ParlanteCommand& command_;
  std::size_t most_;
  Metrics& metrics_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  WorkQueue queue_;
};

}  // namespace parlante
