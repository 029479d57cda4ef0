// A client of WS /v1/stream: its messages become a session and what is asked of it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "live/microphone_pace.hpp"
#include "live/session.hpp"
#include "live/socket.hpp"
#include "live/socket_sink.hpp"
#include "live/stream_messages.hpp"

namespace parlante {

/// What a client needs of the server.
class StreamHost {
 public:
  virtual ~StreamHost() = default;
  /// A reason not to open a session, as a word and a sentence.
  struct Refusal {
    std::string code, message;
    CloseCode close = CloseCode::policy;
  };
  /// Looks whether the client may have a session. Quick; on the network's thread.
  virtual std::optional<Refusal> refuse(const StreamConfig& config, bool has_token) = 0;
  /// Opens a session on another thread; calls `opened` there, with the session (not started) or an error.
  /// False, and nothing is called, where too many are being opened.
  using Opened = std::function<void(Result<std::shared_ptr<Session>>)>;
  virtual bool open_session(const StreamConfig& config, TellClient tell, Opened opened) = 0;
  /// Starts it. `ended` comes on its thread.
  virtual void start(const std::shared_ptr<Session>& session, std::function<void()> ended) = 0;
  virtual Metrics& metrics() = 0;
};

class StreamSocket final : public SocketListener, public std::enable_shared_from_this<StreamSocket> {
 public:
  using Clock = std::chrono::steady_clock;

  /// `host` must outlive it. `has_token`: the request carried it.
  StreamSocket(StreamHost& host, std::shared_ptr<SocketLink> link, bool has_token)
      : host_(host), link_(std::move(link)), has_token_(has_token) {}

  void on_text(std::string_view text) override;
  void on_binary(std::span<const std::uint8_t> bytes) override;
  void on_gone() override;

  /// Connected, but has not said what it wants.
  bool waits_since(Clock::time_point before) const;
  void refuse(std::string_view code, std::string_view message, CloseCode close);

 private:
  void configure(std::string_view text);
  void opened(Result<std::shared_ptr<Session>> session);
  Result<FilmSink> sink_for(const MediaForm& form) const;
  void obey(std::string_view text);
  void push(std::span<const std::uint8_t> bytes);

  StreamHost& host_;
  const std::shared_ptr<SocketLink> link_;
  const bool has_token_;
  const Clock::time_point connected_ = Clock::now();
  mutable std::mutex mutex_;  // over all below: messages come on the network's thread, a session on another
  enum class State { new_client, opening, live, gone } state_ = State::new_client;
  StreamConfig config_;
  std::string controls_ = "{}";
  std::shared_ptr<Session> session_;
  std::vector<std::uint8_t> early_;          ///< sound that came before the session was open
  std::vector<std::string> early_commands_;  ///< and what was asked after it
  std::vector<float> samples_;
  std::optional<MicrophonePace> pace_;  ///< of a session that is open
  Clock::time_point complained_{};
};

}  // namespace parlante
