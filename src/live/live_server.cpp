#include "live/live_server.hpp"

#include <nlohmann/json.hpp>

#include "avatar/avatar_file.hpp"
#include "live/server_state.hpp"
#include "stream/listening_cost.hpp"

namespace parlante {
namespace {

constexpr auto kHousekeeping = std::chrono::milliseconds(250);
constexpr auto kPatienceWithNewClients = std::chrono::seconds(10);

}  // namespace

LiveServer::State::State(const LiveServerOptions& options_, UploadFolder folder)
    : options(options_),
      uploads(std::move(folder)),
      access(options_.access),
      command(options_.program, options_.models, 60 * options_.job_minutes),
      voice(TextVoice::find(options_.voice)),
      avatars(options_.avatars, kSampleId),
      jobs(uploads.path(), command, options_.jobs, counts),
      sessions(options_.sessions, counts) {}

LiveServer::State::~State() {
  drain(std::chrono::milliseconds(500));
}

Result<> LiveServer::State::begin() {
  auto server = HttpServer::open(options.http, *this);
  if (!server) return pass_on(std::move(server));
  http.emplace(std::move(*server));
  loader = std::thread([this] { load(); });
  housekeeper = std::thread([this] { keep_house(); });
  return {};
}

/// Networks here, the sample's avatar beside it in a process of its own.
void LiveServer::State::load() {
  Result<std::shared_ptr<const Model>> model;
  std::thread networks([&] {
    model = load_model(options.models, {.face = false, .live = true});
    if (model) listening_s = listening_cost_s(**model);
  });
  Result<std::shared_ptr<const ShelvedAvatar>> sample;
  if (!options.sample_photo.empty()) sample = shelve(options.sample_photo, kSampleId, "synthetic", 0);
  networks.join();
  const std::lock_guard lock(mutex);
  if (!model) {
    broken = model.error();
  } else if (!sample) {
    broken = sample.error();
  } else {
    loaded = *model;
    ready = true;
  }
  if (stop) broken.reset();
}

std::shared_ptr<const Model> LiveServer::State::model() const {
  const std::lock_guard lock(mutex);
  return loaded;
}

/// Lets go of sessions that have ended, and of clients that never say what they want. Nothing of theirs is
/// asked or freed under the lock, which threads that end and the network's want too.
void LiveServer::State::keep_house() {
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, kHousekeeping, [this] { return stop.load(); })) {
    std::erase_if(sockets, [](const auto& weak) { return weak.expired(); });
    const std::vector<std::weak_ptr<StreamSocket>> known = sockets;
    lock.unlock();
    const auto before = StreamSocket::Clock::now() - kPatienceWithNewClients;
    for (const auto& weak : known) {
      const auto socket = weak.lock();
      if (socket && socket->waits_since(before))
        socket->refuse("timeout", "No configuration came.", CloseCode::policy);
    }
    sessions.tidy();
    lock.lock();
  }
}

void LiveServer::State::drain(std::chrono::milliseconds grace) {
  if (!http || draining.exchange(true)) return;
  http->stop_listening();
  {
    const std::lock_guard lock(mutex);
    stop = true;
  }
  wake.notify_all();
  const auto tell = [&](Session& session) {
    session.tell(nlohmann::json{{"event", "draining"}, {"within_ms", grace.count()}}.dump());
  };
  sessions.end_all(grace, tell);
  jobs.stop();
  openers.stop();
  makers.stop();
  readers.stop();
  sessions.end_all({});
  if (loader.joinable()) loader.join();
  if (housekeeper.joinable()) housekeeper.join();
  http->stop();
}

LiveServer::LiveServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveServer::~LiveServer() = default;

Result<std::unique_ptr<LiveServer>> LiveServer::open(const LiveServerOptions& options) {
  if (!is_loopback(options.http.address) && options.access.token.empty())
    return fail(ErrorKind::usage, "Listening on " + options.http.address +
                                      " lets others in: give a --token that they must know.");
  auto folder = UploadFolder::make(options.uploads);
  if (!folder) return pass_on(std::move(folder));
  auto state = std::make_unique<State>(options, std::move(*folder));
  if (auto begun = state->begin(); !begun) return pass_on(std::move(begun));
  return std::unique_ptr<LiveServer>(new LiveServer(std::move(state)));
}

std::uint16_t LiveServer::port() const noexcept {
  return state_->http->port();
}
bool LiveServer::ready() const noexcept {
  return state_->ready;
}
std::optional<Error> LiveServer::broken() const {
  const std::lock_guard lock(state_->mutex);
  return state_->broken;
}
void LiveServer::drain(std::chrono::milliseconds grace) {
  state_->drain(grace);
}
std::size_t LiveServer::sessions() const noexcept {
  return state_->sessions.size();
}
const std::filesystem::path& LiveServer::uploads() const noexcept {
  return state_->uploads.path();
}

}  // namespace parlante
