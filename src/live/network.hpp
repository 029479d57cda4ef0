// What connections share. Included by Beast's translation unit alone.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl.hpp>
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
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

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
struct Network {
  HttpServerOptions options;
  HttpHandler& handler;
  std::atomic<std::size_t> body_bytes{0};  ///< of bodies that are held

  Network(const HttpServerOptions& options_, HttpHandler& handler_) : options(options_), handler(handler_) {}

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

}  // namespace parlante
