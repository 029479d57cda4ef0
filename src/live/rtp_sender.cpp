#include "live/rtp_sender.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "live/rtcp.hpp"

namespace parlante {
namespace {

constexpr std::size_t kRtpHeader = 12;
/// Between reports. A receiver keeps the streams in step once it has two of each.
constexpr std::chrono::milliseconds kFirstPause{100}, kPause{1000};

std::uint16_t number_of(const rtc::binary& packet) noexcept {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(packet[2]) << 8 |
                                    std::to_integer<unsigned>(packet[3]));
}

std::uint64_t microseconds(std::chrono::steady_clock::time_point time) noexcept {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count());
}

}  // namespace

RtpSender::RtpSender(std::shared_ptr<rtc::Track> track, const Settings& settings, std::uint64_t ntp_start)
    : track_(std::move(track)),
      settings_(settings),
      ntp_start_(ntp_start),
      form_(std::make_shared<rtc::RtpPacketizationConfig>(settings.stream, settings.name, settings.payload,
                                                          settings.clock)),
      first_time_(form_->startTimestamp) {
  if (settings.video)
    packetizer_ = std::make_shared<rtc::H264RtpPacketizer>(rtc::NalUnit::Separator::StartSequence, form_);
  else
    packetizer_ = std::make_shared<rtc::OpusRtpPacketizer>(form_);
}

void RtpSender::send_packet(const rtc::binary& packet) {
  track_->send(packet.data(), packet.size());
}

void RtpSender::send(std::span<const std::uint8_t> bytes, std::int64_t ticks, double seconds) {
  const auto rtp_time = first_time_ + static_cast<std::uint32_t>(ticks);
  const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
  rtc::message_vector messages{
      rtc::make_message(data, data + bytes.size(), std::make_shared<rtc::FrameInfo>(rtp_time))};
  packetizer_->outgoing(messages, nullptr);
  std::uint64_t sent = 0;
  for (const rtc::message_ptr& message : messages) {
    if (!message || message->size() < kRtpHeader) continue;
    {
      const std::lock_guard lock(kept_mutex_);
      kept_[number_of(*message) % kKept] = message;
    }
    send_packet(*message);
    ++packets_;
    payload_bytes_ += static_cast<std::uint32_t>(message->size() - kRtpHeader);
    sent += message->size();
  }
  bytes_.fetch_add(sent, std::memory_order_relaxed);
  if (const auto now = Clock::now(); now >= reported_ + pause_) report(rtp_time, seconds, now);
}

void RtpSender::report(std::uint32_t rtp_time, double seconds, Clock::time_point now) {
  reported_ = now;
  pause_ = std::clamp(2 * pause_, kFirstPause, kPause);
  // From the stream's own time, not from when the packet happens to leave: so the streams stay in step
  // exactly.
  const std::uint64_t ntp = ntp_start_ + static_cast<std::uint64_t>(std::llround(std::ldexp(seconds, 32)));
  last_report_.store((ntp >> 16 & 0xffffffff) << 32 | (microseconds(now) & 0xffffffff),
                     std::memory_order_relaxed);
  const auto bytes = sender_report(settings_.stream, ntp, rtp_time, packets_, payload_bytes_, settings_.name);
  track_->send(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size());
}

void RtpSender::send_again(std::uint16_t packet) {
  rtc::message_ptr message;
  {
    const std::lock_guard lock(kept_mutex_);
    message = kept_[packet % kKept];
  }
  if (message && number_of(*message) == packet) send_packet(*message);
}

double RtpSender::round_trip(std::uint32_t last_report, std::uint32_t since_then) const noexcept {
  const std::uint64_t last = last_report_.load(std::memory_order_relaxed);
  if (last_report == 0 || last >> 32 != last_report) return -1;
  const auto passed =
      static_cast<std::uint32_t>(microseconds(Clock::now())) - static_cast<std::uint32_t>(last);
  const double trip = passed * 1e-6 - since_then / 65536.;
  return trip >= 0 && trip < 60 ? trip : -1;
}

}  // namespace parlante
