// A WebSocket as the rest sees it: somebody to send to, and somebody who listens.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "live/outbox.hpp"

namespace parlante {

/// Why a WebSocket is closed, RFC 6455 section 7.4.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  bad_message = 1007,
  policy = 1008,
  too_big = 1009,
  failed = 1011,
  try_again = 1013,
};

/// One client. Thread-safe; after the client has gone, calls do nothing.
class SocketLink {
 public:
  virtual ~SocketLink() = default;
  /// Queues a packet (outbox.hpp); a client that reads too slowly for its sound is closed.
  virtual Outbox::Put send(PacketKind kind, std::span<const std::uint8_t> head,
                           std::span<const std::uint8_t> body) = 0;
  void send_text(std::string_view text) {
    send(PacketKind::text, {}, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  /// Bytes of sound and events that wait.
  virtual std::size_t kept_bytes() const = 0;
  /// Sends what is queued, then says goodbye.
  virtual void close(CloseCode code, std::string_view reason) = 0;
};

/// What comes from the client; called on the network's thread, which must not be held up.
class SocketListener {
 public:
  virtual ~SocketListener() = default;
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::span<const std::uint8_t> bytes) = 0;
  /// The client has gone, or was closed; nothing comes after it.
  virtual void on_gone() = 0;
};

}  // namespace parlante
