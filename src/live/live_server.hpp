// parlante's server: HTTP routes, live sessions, jobs (docs/server.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/result.hpp"
#include "live/access.hpp"
#include "live/http_server.hpp"

namespace parlante {

struct LiveServerOptions {
  HttpServerOptions http;
  AccessOptions access;
  std::filesystem::path program;       ///< `parlante` itself, for work in processes of its own
  std::filesystem::path models;        ///< folder
  std::filesystem::path sample_photo;  ///< of the avatar "sample"; empty: there is none
  std::string voice;                   ///< reads typed text aloud: as TextVoice::find() takes it
  std::filesystem::path uploads;       ///< folder for a private folder; empty: the system's temporary one
  std::size_t sessions = 8, avatars = 64, jobs = 16;  ///< at once
  /// Of all cores' time, what live frames may take when everybody speaks: a session that would need more is
  /// refused. By what frames took in the last seconds, so that also other programs' load counts. 0: any.
  double most_load = .9;
  double session_minutes = 120, idle_minutes = 10, job_minutes = 30;
  std::size_t photo_bytes = 20'000'000, job_bytes = 100'000'000, video_bytes = 200'000'000;
  double most_queued_s = 600;  ///< of sound that waits in a session
};

class LiveServer {
 public:
  /// Listens at once, and loads its model behind that (/health says when it is ready). Errors: usage, failed.
  static Result<std::unique_ptr<LiveServer>> open(const LiveServerOptions& options);
  /// Ends everything within a few seconds: drain() and what is left.
  ~LiveServer();
  LiveServer(const LiveServer&) = delete;
  LiveServer& operator=(const LiveServer&) = delete;

  std::uint16_t port() const noexcept;
  bool ready() const noexcept;
  /// Why it will never be ready.
  std::optional<Error> broken() const;
  /// Takes no new sessions and jobs, tells clients of the end, lets what is being said be said for `grace` at
  /// most, stops jobs, ends.
  void drain(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));
  /// For tests.
  std::size_t sessions() const noexcept;
  const std::filesystem::path& uploads() const noexcept;

 private:
  struct State;
  explicit LiveServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
