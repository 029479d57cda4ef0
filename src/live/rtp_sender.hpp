// One of our RTP streams on its way out: cut into packets, reported about once a second (more often at
// first), kept for a while to be sent again. Only for the sources of WHEP: it includes the WebRTC library.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <rtc/rtc.hpp>
#include <span>
#include <string>
#include <vector>

namespace parlante {

/// send() by one thread; send_again() by another. Both throw what the library throws when the connection is
/// gone.
class RtpSender {
 public:
  struct Settings {
    std::uint32_t stream = 0;  ///< SSRC
    std::uint8_t payload = 0;
    std::uint32_t clock = 90000;  ///< of RTP times, Hz
    std::string name;             ///< the same for streams that belong together (CNAME)
    bool video = false;           ///< H.264 in Annex B form; else a packet a call
  };
  /// `ntp_start`: the NTP time of second 0.
  RtpSender(std::shared_ptr<rtc::Track> track, const Settings& settings, std::uint64_t ntp_start);

  /// `ticks`: of the RTP clock, from second 0 on; `seconds`: the same moment.
  void send(std::span<const std::uint8_t> bytes, std::int64_t ticks, double seconds);
  /// Where the packet is still there.
  void send_again(std::uint16_t packet);

  /// The round trip that a receiver's report shows, s; negative: none. Any thread.
  double round_trip(std::uint32_t last_report, std::uint32_t since_then) const noexcept;
  std::uint64_t bytes_sent() const noexcept { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kKept = 512;  // packets: two seconds at the highest usual rate
  using Clock = std::chrono::steady_clock;

  void report(std::uint32_t rtp_time, double seconds, Clock::time_point now);
  void send_packet(const rtc::binary& packet);

  std::shared_ptr<rtc::Track> track_;
  Settings settings_;
  std::uint64_t ntp_start_;
  std::shared_ptr<rtc::RtpPacketizationConfig> form_;
  std::shared_ptr<rtc::RtpPacketizer> packetizer_;
  std::uint32_t first_time_;
  std::uint32_t packets_ = 0, payload_bytes_ = 0;  // as reported: they wrap
  std::atomic<std::uint64_t> bytes_ = 0;
  Clock::time_point reported_{};
  std::chrono::milliseconds pause_{0};  // after the last report
  std::atomic<std::uint64_t> last_report_ =
      0;  // middle of its NTP time << 32 | low half of its time here, µs
  std::mutex kept_mutex_;
  std::array<rtc::message_ptr, kKept> kept_;  // at the packet's number modulo kKept
};

}  // namespace parlante
