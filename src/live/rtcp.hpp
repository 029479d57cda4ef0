// What a receiver of our RTP streams reports (RTCP, RFC 3550, 4585, 5104), read without trusting it, and what
// we report to it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace parlante {

/// Of one datagram.
struct RtcpFeedback {
  struct Loss {
    std::uint32_t stream = 0;  ///< our SSRC
    double share = 0;          ///< of the packets since the last report that were lost, 0..1
    std::uint32_t last_report = 0, since_then = 0;  ///< for the round trip: middle of our NTP time, 1/65536 s
  };
  struct Missing {
    std::uint32_t stream = 0;
    std::uint16_t packet = 0;
  };
  bool key_frame = false;             ///< asked for (PLI or FIR)
  std::uint64_t most_bits = 0;        ///< a second that it can take (REMB); 0: not said
  std::array<Loss, 4> losses{};       ///< further ones are dropped
  std::array<Missing, 64> missing{};  ///< to be sent again (NACK); further ones are dropped
  std::size_t loss_count = 0, missing_count = 0;
};

/// Stops at the first byte that is not RTCP.
RtcpFeedback read_feedback(std::span<const std::uint8_t> datagram) noexcept;

/// The sender's report: which moment of the NTP clock (1/2^32 s since 1900) is which RTP time, so that
/// receivers play several streams in step; with it the name that joins them.
std::vector<std::uint8_t> sender_report(std::uint32_t stream, std::uint64_t ntp, std::uint32_t rtp_time,
                                        std::uint32_t packets, std::uint32_t bytes, std::string_view name);

}  // namespace parlante
