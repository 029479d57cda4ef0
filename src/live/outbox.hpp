// What waits to be sent to one client, bounded: a slow reader loses pictures, never sound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

namespace parlante {

enum class PacketKind {
  text,     ///< an event; kept
  sound,    ///< kept
  picture,  ///< stands alone: the oldest that waits gives way to the newest
};

struct Packet {
  PacketKind kind = PacketKind::text;
  std::vector<std::uint8_t> bytes;
};

/// Thread-safe; buffers are used again, so that a steady flow takes no new memory.
class Outbox {
 public:
  struct Limits {
    std::size_t pictures = 3;            ///< that may wait
    std::size_t kept_bytes = 2'000'000;  ///< of sound and events that may wait
  };
  enum class Put { taken, picture_dropped, overflow };

  Outbox() noexcept : Outbox(Limits()) {}
  explicit Outbox(const Limits& limits) noexcept : limits_(limits) {}

  /// Queues `head` and `body` as one packet. picture_dropped: it was taken, an older picture was not sent.
  /// overflow: the client reads too slowly for its sound; nothing was taken.
  Put put(PacketKind kind, std::span<const std::uint8_t> head, std::span<const std::uint8_t> body);
  /// The next packet to send; gives `packet`'s old buffer back. False: nothing waits.
  bool take(Packet& packet);
  std::size_t pictures() const;    ///< that wait
  std::size_t kept_bytes() const;  ///< of sound and events that wait
  bool empty() const;

 private:
  Limits limits_;
  mutable std::mutex mutex_;
  std::deque<Packet> waiting_;
  std::vector<std::vector<std::uint8_t>> spare_;
  std::size_t pictures_ = 0, kept_bytes_ = 0;
};

}  // namespace parlante
