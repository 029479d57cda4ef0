// Live sessions: who gets one, and how it is opened.
#include "live/server_state.hpp"

namespace parlante {
std::shared_ptr<SocketListener> LiveServer::State::listener(const HttpRequest& request,
                                                            std::shared_ptr<SocketLink> link) {
  auto socket = std::make_shared<StreamSocket>(*this, std::move(link), access.has_token(request));
  const std::lock_guard lock(mutex);
  sockets.push_back(socket);
  return socket;
}

std::optional<StreamHost::Refusal> LiveServer::State::refuse(const StreamConfig& config, bool has_token) {
  if (!has_token && !access.right_token(config.token))
    return Refusal{"unauthorized", "The token is missing or wrong.", CloseCode::policy};
  if (draining) return Refusal{"draining", "The server is about to end.", CloseCode::going_away};
  if (!ready) return Refusal{"loading", "The server is still loading.", CloseCode::try_again};
  if (!avatars.find(config.avatar))
    return Refusal{"not_found", "There is no avatar of that id.", CloseCode::policy};
  // one more must not make the others late
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  if (options.most_load > 0 && sessions.load_with(config.fps, config.size) > options.most_load * cores)
    return Refusal{"busy", "This machine is busy with other sessions: try again later.",
                   CloseCode::try_again};
  if (!sessions.reserve())
    return Refusal{"busy", "All places are taken: try again later.", CloseCode::try_again};
  return std::nullopt;
}

bool LiveServer::State::open_session(const StreamConfig& config, TellClient tell, Opened opened) {
  const auto asked = Session::Clock::now();
  const bool taken = openers.add([this, config, asked, tell = std::move(tell), opened] {
    const auto avatar = avatars.find(config.avatar);
    const auto controls = parse_controls(config.controls);
    if (!avatar || !controls) {
      sessions.leave();
      return opened(fail(ErrorKind::usage, "The avatar is no longer there."));
    }
    Session::Options made;
    made.asked = asked;
    made.most_seconds = 60 * options.session_minutes;
    made.most_idle_seconds = 60 * options.idle_minutes;
    made.listening_s = listening_s;
    if (config.keep_size) made.least_size = config.size;
    made.live.now = &std::chrono::steady_clock::now;
    made.live.sound_rate = config.sample_rate;
    made.live.most_queued_s = options.most_queued_s;
    made.live.longest_gap_s = config.longest_gap_s;
    made.live.stream.motion.rate = {config.fps, 1};
    made.live.stream.motion.controls = *controls;
    made.live.stream.render.size = config.size;
    auto session = Session::open(model(), avatar->avatar, made, tell, counts);
    if (!session) sessions.leave();
    opened(std::move(session));
  });
  if (!taken) sessions.leave();
  return taken;
}

void LiveServer::State::start(const std::shared_ptr<Session>& session, std::function<void()> ended) {
  if (draining) session->end();
  sessions.enter(session, [this, id = session->id(), ended = std::move(ended)] {
    static_cast<void>(whep_end(id));
    ended();
  });
}

}  // namespace parlante
