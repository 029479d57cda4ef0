#include "live/jobs.hpp"

#include "live/upload_folder.hpp"

namespace parlante {
namespace {

/// Share of a job's time that a photo takes.
constexpr double kPhotoShare = .3;

}  // namespace

std::string_view name(JobState state) noexcept {
  switch (state) {
    case JobState::queued:
      return "queued";
    case JobState::running:
      return "running";
    case JobState::done:
      return "done";
    case JobState::failed:
      return "failed";
  }
  return "";
}

/// Its folder goes with it.
struct Jobs::Job {
  std::filesystem::path folder;
  std::shared_ptr<const ShelvedAvatar> avatar;
  std::vector<std::string> arguments;
  std::atomic<bool> stop{false};
  mutable std::mutex mutex;  // over the rest
  JobStatus status;
  Clock::time_point finished{};

  Job(std::filesystem::path folder_, std::shared_ptr<const ShelvedAvatar> avatar_)
      : folder(std::move(folder_)), avatar(std::move(avatar_)) {}
  ~Job() { remove_files(folder); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  JobStatus now() const {
    const std::lock_guard lock(mutex);
    return status;
  }
  void set(JobState state, double progress) {
    const std::lock_guard lock(mutex);
    status.state = state;
    status.progress = progress;
  }
  bool over() const {
    const JobState state = now().state;
    return state == JobState::done || state == JobState::failed;
  }
};

Result<std::optional<std::string>> Jobs::add(const JobRequest& request) {
  const std::string id = random_id();
  const auto job = std::make_shared<Job>(folder_ / id, request.avatar);
  std::error_code error;
  std::filesystem::create_directory(job->folder, error);
  if (error) return fail(ErrorKind::failed, "There is no room for the upload: the server's disk is full.");
  const std::string face = request.avatar ? request.avatar->file.string() : (job->folder / "photo").string();
  Result<> written = write_upload(job->folder / "sound", request.sound);
  if (written && !request.avatar) written = write_upload(job->folder / "photo", request.photo);
  if (written && !request.options.controls.empty())
    written = write_upload(job->folder / "controls.json", request.options.controls);
  if (!written) return pass_on(std::move(written));
  job->arguments = {"render", face, (job->folder / "sound").string(),
                    "--output=" + (job->folder / "film.mp4").string(), "--consent=" + request.consent};
  job->arguments.insert(job->arguments.end(), request.options.arguments.begin(),
                        request.options.arguments.end());
  if (!request.options.controls.empty())
    job->arguments.push_back("--controls=" + (job->folder / "controls.json").string());

  const std::lock_guard lock(mutex_);
  forget_old(Clock::now());
  if (jobs_.size() >= most_) return std::optional<std::string>();
  ++metrics_.jobs_waiting;
  if (!queue_.add([this, job] { run(*job); })) {
    --metrics_.jobs_waiting;
    return std::optional<std::string>();
  }
  jobs_.emplace(id, job);
  return std::optional(id);
}

void Jobs::run(Job& job) {
  --metrics_.jobs_waiting;
  if (job.stop) return;
  ++metrics_.jobs_running;
  job.set(JobState::running, 0);
  const double photo = job.avatar ? 0 : kPhotoShare;
  const auto done = command_.run(job.arguments, job.stop, [&](std::string_view stage, double share) {
    job.set(JobState::running, stage == "render" ? photo + (1 - photo) * share : photo * share);
  });
  --metrics_.jobs_running;
  ++(done ? metrics_.jobs_done : metrics_.jobs_failed);
  const std::lock_guard lock(job.mutex);
  job.finished = Clock::now();
  job.status.state = done ? JobState::done : JobState::failed;
  if (done) job.status.progress = 1;
  if (!done) job.status.error = done.error();
}

std::shared_ptr<Jobs::Job> Jobs::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

std::optional<JobStatus> Jobs::status(const std::string& id) const {
  const auto job = find(id);
  if (!job) return std::nullopt;
  return job->now();
}

std::filesystem::path Jobs::film(const std::string& id) const {
  const auto job = find(id);
  return job && job->now().state == JobState::done ? job->folder / "film.mp4" : std::filesystem::path();
}

bool Jobs::remove(const std::string& id) {
  std::shared_ptr<Job> job;
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return false;
  job = found->second;
  job->stop = true;
  jobs_.erase(found);
  return true;
}

void Jobs::stop() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, job] : jobs_) job->stop = true;
  }
  queue_.stop();
}

void Jobs::forget_old(Clock::time_point now) {
  if (jobs_.size() < most_) return;
  std::erase_if(jobs_, [&](const auto& entry) {
    const Job& job = *entry.second;
    if (!job.over()) return false;
    const std::lock_guard lock(job.mutex);
    return now - job.finished > kKept;
  });
}

}  // namespace parlante
