// The inside of LiveServer: what it holds, and what each route does with it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "live/avatar_shelf.hpp"
#include "live/jobs.hpp"
#include "live/live_server.hpp"
#include "live/metrics.hpp"
#include "live/parlante_command.hpp"
#include "live/routes.hpp"
#include "live/session_table.hpp"
#include "live/stream_socket.hpp"
#include "live/text_voice.hpp"
#include "live/upload_folder.hpp"
#include "live/whep.hpp"
#include "live/work_queue.hpp"

namespace parlante {

inline constexpr const char* kSampleId = "sample";

struct LiveServer::State final : public HttpHandler, public StreamHost {
  State(const LiveServerOptions& options, UploadFolder folder);
  ~State() override;

  // live_server.cpp: from beginning to end
  Result<> begin();
  void load();
  void keep_house();
  void drain(std::chrono::milliseconds grace);
  std::shared_ptr<const Model> model() const;

  // HttpHandler, server_routes.cpp
  Admission admit(const HttpRequest& request) override;
  void handle(HttpRequest request, Reply reply) override;
  std::shared_ptr<SocketListener> listener(const HttpRequest& request,
                                           std::shared_ptr<SocketLink> link) override;

  // StreamHost, server_sessions.cpp
  std::optional<Refusal> refuse(const StreamConfig& config, bool has_token) override;
  bool open_session(const StreamConfig& config, TellClient tell, Opened opened) override;
  void start(const std::shared_ptr<Session>& session, std::function<void()> ended) override;
  Metrics& metrics() override { return counts; }

  // routes, server_routes.cpp and server_uploads.cpp
  void answer(const RouteMatch& match, HttpRequest& request, const Reply& reply);
  HttpResponse page(const HttpRequest& request) const;
  HttpResponse health() const;
  HttpResponse choices(bool has_token) const;
  HttpResponse avatar(const std::string& id);
  HttpResponse sample_photo(const std::string& id) const;
  HttpResponse job(const std::string& id) const;
  HttpResponse job_result(const std::string& id) const;
  HttpResponse whep_offer(const std::string& id, const HttpRequest& request);
  HttpResponse whep_end(const std::string& id);
  HttpResponse make_avatar(const HttpRequest& request);
  HttpResponse make_job(const HttpRequest& request);
  HttpResponse verify(const HttpRequest& request);
  HttpResponse speak_text(const HttpRequest& request);
  Result<std::shared_ptr<const ShelvedAvatar>> shelve(const std::filesystem::path& photo,
                                                      const std::string& id, const std::string& consent,
                                                      int face);
  HttpResponse refusal_of(const Error& error) const;
  std::size_t most_body(BodyKind kind) const noexcept;
  /// A sentence without the names of our own folders.
  std::string without_paths(std::string sentence) const;

  LiveServerOptions options;
  UploadFolder uploads;
  Metrics counts;
  Access access;
  ParlanteCommand command;
  TextVoice voice;
  AvatarShelf avatars;
  Jobs jobs;
  SessionTable sessions;
  std::atomic<bool> ready{false}, draining{false}, stop{false};
  mutable std::mutex mutex;  // over the next ones
  std::shared_ptr<const Model> loaded;
  double listening_s = 0;  ///< a second of speech takes; written before `ready`
  std::optional<Error> broken;
  std::vector<std::weak_ptr<StreamSocket>> sockets;
  std::map<std::string, std::shared_ptr<WhepLink>> links;  // by session
  std::condition_variable wake;
  std::thread loader, housekeeper;
  WorkQueue openers{2, 64}, makers{1, 16}, readers{1, 16};
  std::optional<HttpServer> http;
};

}  // namespace parlante
