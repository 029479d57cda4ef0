#include "live/stream_socket.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace parlante {
namespace {

constexpr std::size_t kMostEarly = 4'000'000, kMostEarlyCommands = 32;
constexpr auto kBetweenComplaints = std::chrono::seconds(1);

/// Samples of little-endian bytes; what is no number is silence.
void decode(std::span<const std::uint8_t> bytes, SampleFormat format, std::vector<float>& samples) {
  samples.clear();
  if (format == SampleFormat::s16) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
      samples.push_back(static_cast<float>(static_cast<std::int16_t>(bytes[i] | bytes[i + 1] << 8)) /
                        32768.F);
    return;
  }
  for (std::size_t i = 0; i + 3 < bytes.size(); i += 4) {
    const std::uint32_t word =
        static_cast<std::uint32_t>(bytes[i]) | static_cast<std::uint32_t>(bytes[i + 1]) << 8 |
        static_cast<std::uint32_t>(bytes[i + 2]) << 16 | static_cast<std::uint32_t>(bytes[i + 3]) << 24;
    const auto sample = std::bit_cast<float>(word);
    samples.push_back(std::isfinite(sample) ? std::clamp(sample, -1.F, 1.F) : 0.F);
  }
}

std::size_t sample_bytes(SampleFormat format) {
  return format == SampleFormat::s16 ? 2 : 4;
}

}  // namespace

void StreamSocket::on_text(std::string_view text) {
  const std::lock_guard lock(mutex_);
  switch (state_) {
    case State::new_client:
      return configure(text);
    case State::opening:
      if (early_commands_.size() < kMostEarlyCommands && text.size() <= kMostText)
        early_commands_.emplace_back(text);
      return;
    case State::live:
      return obey(text);
    case State::gone:
      return;
  }
}

void StreamSocket::on_binary(std::span<const std::uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::new_client) {
    state_ = State::gone;
    return refuse("bad_request", "The first message must be the configuration, as JSON text.",
                  CloseCode::policy);
  }
  if (state_ == State::opening) {
    if (early_.size() + bytes.size() <= kMostEarly) early_.insert(early_.end(), bytes.begin(), bytes.end());
    return;
  }
  if (state_ == State::live) push(bytes);
}

void StreamSocket::on_gone() {
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    state_ = State::gone;
    session.swap(session_);
  }
  if (session) session->end();
}

bool StreamSocket::waits_since(Clock::time_point before) const {
  const std::lock_guard lock(mutex_);
  return state_ == State::new_client && connected_ < before;
}

void StreamSocket::refuse(std::string_view code, std::string_view message, CloseCode close) {
  link_->send_text(error_event(code, message));
  link_->close(close, message);
}

void StreamSocket::configure(std::string_view text) {
  auto config = parse_stream_config(text);
  state_ = State::gone;
  if (!config) return refuse("bad_request", config.error().message, CloseCode::policy);
  if (const auto refusal = host_.refuse(*config, has_token_)) {
    ++host_.metrics().sessions_refused;
    return refuse(refusal->code, refusal->message, refusal->close);
  }
  config_ = std::move(*config);
  controls_ = config_.controls;
  state_ = State::opening;
  const bool opens = host_.open_session(
      config_, [link = link_](std::string_view json) { link->send_text(json); },
      [self = shared_from_this()](Result<std::shared_ptr<Session>> session) {
        self->opened(std::move(session));
      });
  if (opens) return;
  state_ = State::gone;
  refuse("busy", "Too many sessions are being opened: try again later.", CloseCode::try_again);
}

/// What takes the frames; none where the client wants none.
Result<FilmSink> StreamSocket::sink_for(const MediaForm& form) const {
  if (config_.output == StreamOutput::none) return FilmSink();
  if (config_.output == StreamOutput::film) return make_film_sink(link_, form, host_.metrics());
  return FilmSink{make_socket_sink(link_, config_.output, form, host_.metrics()), ""};
}

void StreamSocket::opened(Result<std::shared_ptr<Session>> session) {
  // encoders take a while to open: not under the lock that the network's thread waits for
  auto sink = session ? sink_for((*session)->form()) : FilmSink();
  const std::lock_guard lock(mutex_);
  if (!session) {
    state_ = State::gone;
    return refuse("failed", session.error().message, CloseCode::try_again);
  }
  // a client that has gone meanwhile: the session ends as soon as it has begun
  const std::weak_ptr<SocketLink> link = link_;
  const auto goodbye = [link] {
    if (const auto client = link.lock()) client->close(CloseCode::going_away, "The session has ended.");
  };
  const std::shared_ptr<Session> live = *session;
  if (!sink && state_ != State::gone) {
    state_ = State::gone;
    refuse("bad_request", sink.error().message, CloseCode::policy);
  }
  if (state_ == State::gone) {
    live->end();
    return host_.start(live, goodbye);
  }
  state_ = State::live;
  session_ = live;
  pace_.emplace(live->form().sound_rate);
  nlohmann::json ready = {{"event", "ready"},
                          {"session", live->id()},
                          {"latency_ms", live->latency_ms()},
                          {"width", live->form().width},
                          {"height", live->form().height},
                          {"fps", live->form().rate.value()},
                          {"sound_rate", live->form().sound_rate},
                          {"max_speech_s", live->most_queued_s()},
                          {"output", name(config_.output)}};
  if (!sink->mime.empty()) ready["mime"] = sink->mime;
  // it can be found by its id before the client knows that, and nothing is sent before it is ready
  host_.start(live, goodbye);
  link_->send_text(ready.dump());
  if (sink->sink) live->attach(std::move(sink->sink));
  if (!early_.empty()) push(std::exchange(early_, {}));
  for (const std::string& text : std::exchange(early_commands_, {})) obey(text);
}

void StreamSocket::obey(std::string_view text) {
  const auto command = parse_stream_command(text);
  if (!command) return link_->send_text(error_event("bad_request", command.error().message));
  using Kind = StreamCommand::Kind;
  if (command->kind != Kind::controls && command->kind != Kind::keep_alive) pace_->reset();
  switch (command->kind) {
    case Kind::speak_end:
      return session_->speak_end();
    case Kind::interrupt:
      return session_->interrupt();
    case Kind::clear:
      return session_->clear();
    case Kind::keep_alive:
      return session_->heard();
    case Kind::controls: {
      auto merged = merge_controls(controls_, command->controls);
      if (!merged) return link_->send_text(error_event("bad_request", merged.error().message));
      controls_ = std::move(*merged);
      if (const auto controls = parse_controls(controls_)) session_->control(*controls);
    }
  }
}

void StreamSocket::push(std::span<const std::uint8_t> bytes) {
  if (bytes.size() % sample_bytes(config_.format) != 0)
    return link_->send_text(error_event("bad_request", "Sound must come in whole samples."));
  decode(bytes, config_.format, samples_);
  const auto now = Clock::now();
  if (session_->push(pace_->take(samples_, session_->queued_s(), now))) return;
  if (now - complained_ < kBetweenComplaints) return;
  complained_ = now;
  link_->send_text(error_event("queue_full", "Too much sound waits to be spoken: this was not taken."));
}

}  // namespace parlante
