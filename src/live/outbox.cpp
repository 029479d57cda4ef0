#include "live/outbox.hpp"

#include <algorithm>

namespace parlante {
namespace {
constexpr std::size_t kMostSpare = 8;
}

Outbox::Put Outbox::put(PacketKind kind, std::span<const std::uint8_t> head,
                        std::span<const std::uint8_t> body) {
  const std::lock_guard lock(mutex_);
  const std::size_t size = head.size() + body.size();
  Put done = Put::taken;
  if (kind == PacketKind::picture) {
    if (pictures_ >= limits_.pictures) {
      const auto oldest = std::ranges::find(waiting_, PacketKind::picture, &Packet::kind);
      if (spare_.size() < kMostSpare) spare_.push_back(std::move(oldest->bytes));
      waiting_.erase(oldest);
      --pictures_;
      done = Put::picture_dropped;
    }
    ++pictures_;
  } else {
    if (kept_bytes_ + size > limits_.kept_bytes) return Put::overflow;
    kept_bytes_ += size;
  }
  Packet packet{kind, {}};
  if (!spare_.empty()) {
    // the largest for pictures, the smallest for the rest, so that each finds its like again
    const auto fits = kind == PacketKind::picture
                          ? std::ranges::max_element(spare_, {}, [](const auto& b) { return b.capacity(); })
                          : std::ranges::min_element(spare_, {}, [](const auto& b) { return b.capacity(); });
    packet.bytes = std::move(*fits);
    spare_.erase(fits);
  }
  packet.bytes.clear();
  packet.bytes.reserve(size);
  packet.bytes.insert(packet.bytes.end(), head.begin(), head.end());
  packet.bytes.insert(packet.bytes.end(), body.begin(), body.end());
  waiting_.push_back(std::move(packet));
  return done;
}

bool Outbox::take(Packet& packet) {
  const std::lock_guard lock(mutex_);
  if (packet.bytes.capacity() > 0 && spare_.size() < kMostSpare) spare_.push_back(std::move(packet.bytes));
  packet.bytes.clear();
  if (waiting_.empty()) return false;
  packet = std::move(waiting_.front());
  waiting_.pop_front();
  if (packet.kind == PacketKind::picture) {
    --pictures_;
  } else {
    kept_bytes_ -= packet.bytes.size();
  }
  return true;
}

std::size_t Outbox::pictures() const {
  const std::lock_guard lock(mutex_);
  return pictures_;
}

std::size_t Outbox::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return kept_bytes_;
}

bool Outbox::empty() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

}  // namespace parlante
