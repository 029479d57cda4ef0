// What connections share. Included by the sources alone that see Beast. Each of these has one kind of
// connection over one kind of stream: their templates take a compiler minutes, and gigabytes, all at once.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/rate_policy.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "live/http_server.hpp"

namespace parlante {

namespace asio = boost::asio;
namespace beast = boost::beast;
using BeastError = beast::error_code;
// The one executor by its type: erased, as it is by default, it doubles what there is to compile.
using Executor = asio::io_context::executor_type;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::steady_timer::rebind_executor<Executor>::other;
using PlainStream = beast::basic_stream<asio::ip::tcp, Executor, beast::unlimited_rate_policy>;
using TlsStream = beast::ssl_stream<PlainStream>;
using UpgradeRequest = beast::http::request<beast::http::string_body>;

inline std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Anything that holds a socket. Lives as long as it has something under way.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Drops the socket; on the network's thread.
  virtual void abort() noexcept = 0;
};

/// Connections come on the network's thread, and may go on any.
struct Connections {
  HttpServerOptions options;
  HttpHandler& handler;
  std::atomic<std::size_t> body_bytes{0};  ///< of bodies that are held

  Connections(const HttpServerOptions& options_, HttpHandler& handler_)
      : options(options_), handler(handler_) {}

  void add(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
  }
  void remove(Connection* connection) noexcept {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }
  void abort_all() {
    std::vector<std::shared_ptr<Connection>> held;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [key, weak] : connections_)
        if (auto connection = weak.lock()) held.push_back(std::move(connection));
    }
    for (const auto& connection : held) connection->abort();
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
};

// A connection that has been accepted; it lives by itself from then on.
void begin_http(Socket socket, std::string client, Connections& network);
void begin_https(Socket socket, asio::ssl::context& keys, std::string client, Connections& network);
// One that goes on as a WebSocket. `plain`: the request as its listener is to see it.
void open_web_socket(PlainStream stream, const UpgradeRequest& request, HttpRequest plain,
                     Connections& network);
void open_web_socket(TlsStream stream, const UpgradeRequest& request, HttpRequest plain,
                     Connections& network);

}  // namespace parlante
