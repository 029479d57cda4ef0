// HTTP and WebSockets over TCP, with or without TLS, on one thread. What is asked and answered is the
// HttpHandler's business.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "live/http_message.hpp"
#include "live/socket.hpp"

namespace parlante {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;      ///< 0: any free one
  std::string certificate, key;   ///< files in PEM form; both empty: no TLS
  std::size_t connections = 256;  ///< at once; more are closed
  std::size_t header_bytes = 16'384;
  std::size_t message_bytes = 1'048'576;  ///< of one WebSocket message
  std::size_t body_bytes = 268'435'456;   ///< of all bodies that are held at once
  double header_seconds = 10;             ///< for a request's header
  double body_seconds = 120;              ///< for its body
  double idle_seconds = 30;               ///< without a word, until a client counts as gone
};

/// What becomes of a request whose header has come.
struct Admission {
  std::optional<HttpResponse> refusal;  ///< its body is then not read
  std::size_t most_body = 0;
  bool web_socket = false;  ///< only where the request asks for one
};

class HttpHandler {
 public:
  using Reply = std::function<void(HttpResponse)>;  ///< call once, from any thread
  virtual ~HttpHandler() = default;
  /// `request` without its body. On the network's thread, as the next two.
  virtual Admission admit(const HttpRequest& request) = 0;
  virtual void handle(HttpRequest request, Reply reply) = 0;
  /// A WebSocket of an admitted request was opened.
  virtual std::shared_ptr<SocketListener> listener(const HttpRequest& request,
                                                   std::shared_ptr<SocketLink> link) = 0;
};

class HttpServer {
 public:
  /// Listens. `handler` must outlive the server. Errors: failed (the address cannot be had, certificate or
  /// key cannot be used).
  static Result<HttpServer> open(const HttpServerOptions& options, HttpHandler& handler);
  ~HttpServer();
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) = delete;

  std::uint16_t port() const noexcept;
  /// No new connections; those there are go on.
  void stop_listening();
  /// Ends all connections and the thread.
  void stop();
  std::size_t connections() const noexcept;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
