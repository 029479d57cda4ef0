#include "live/rtcp.hpp"

namespace parlante {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Packet types and, of feedback, formats (RFC 3550, 4585, 5104; REMB: draft-alvestrand-rmcat-remb).
constexpr int kSenderReport = 200, kReceiverReport = 201, kDescription = 202, kTransportFeedback = 205,
              kPayloadFeedback = 206;
constexpr int kNack = 1, kPictureLoss = 1, kFullIntra = 4, kApplication = 15;
constexpr std::size_t kHeader = 4, kBlock = 24;

std::uint32_t u16(Bytes b, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(b[at] << 8 | b[at + 1]);
}
std::uint32_t u32(Bytes b, std::size_t at) noexcept {
  return u16(b, at) << 16 | u16(b, at + 2);
}

void read_losses(Bytes packet, std::size_t at, int count, RtcpFeedback& out) noexcept {
  for (; count > 0 && at + kBlock <= packet.size(); --count, at += kBlock) {
    if (out.loss_count == out.losses.size()) return;
    out.losses[out.loss_count++] = {u32(packet, at), packet[at + 4] / 256., u32(packet, at + 16),
                                    u32(packet, at + 20)};
  }
}

void read_missing(Bytes packet, RtcpFeedback& out) noexcept {
  if (packet.size() < 12) return;
  const std::uint32_t stream = u32(packet, 8);
  const auto add = [&](std::uint32_t number) {
    if (out.missing_count < out.missing.size())
      out.missing[out.missing_count++] = {stream, static_cast<std::uint16_t>(number)};
  };
  for (std::size_t at = 12; at + 4 <= packet.size(); at += 4) {
    const std::uint32_t first = u16(packet, at), others = u16(packet, at + 2);
    add(first);
    for (std::uint32_t i = 0; i < 16; ++i)
      if (others >> i & 1) add(first + i + 1);
  }
}

void read_most_bits(Bytes packet, RtcpFeedback& out) noexcept {
  if (packet.size() < 20 || packet[12] != 'R' || packet[13] != 'E' || packet[14] != 'M' || packet[15] != 'B')
    return;
  const std::uint64_t mantissa = u32(packet, 16) & 0x3ffff;
  out.most_bits =
      mantissa << (packet[17] >> 2);  // 18 bits, moved by up to 63: what is too large wraps, harmlessly
}

}  // namespace

RtcpFeedback read_feedback(Bytes datagram) noexcept {
  RtcpFeedback out;
  while (datagram.size() >= kHeader) {
    const int format = datagram[0] & 31, type = datagram[1];
    const std::size_t size = (u16(datagram, 2) + 1) * 4;
    if (datagram[0] >> 6 != 2 || size > datagram.size()) break;
    const Bytes packet = datagram.first(size);
    if (type == kReceiverReport) read_losses(packet, 8, format, out);
    if (type == kSenderReport) read_losses(packet, 28, format, out);
    if (type == kTransportFeedback && format == kNack) read_missing(packet, out);
    if (type == kPayloadFeedback && (format == kPictureLoss || format == kFullIntra)) out.key_frame = true;
    if (type == kPayloadFeedback && format == kApplication) read_most_bits(packet, out);
    datagram = datagram.subspan(size);
  }
  return out;
}

std::vector<std::uint8_t> sender_report(std::uint32_t stream, std::uint64_t ntp, std::uint32_t rtp_time,
                                        std::uint32_t packets, std::uint32_t bytes, std::string_view name) {
  std::vector<std::uint8_t> out;
  const auto put16 = [&](std::uint32_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  };
  const auto put32 = [&](std::uint32_t value) { put16(value >> 16), put16(value & 0xffff); };
  out.push_back(2 << 6);
  out.push_back(kSenderReport);
  put16(6);  // further 32-bit words
  put32(stream);
  put32(static_cast<std::uint32_t>(ntp >> 32));
  put32(static_cast<std::uint32_t>(ntp));
  put32(rtp_time);
  put32(packets);
  put32(bytes);

  name = name.substr(0, 255);
  const std::size_t words = (4 + 2 + name.size()) / 4 + 1;  // the list ends with one to four zeros
  out.push_back(2 << 6 | 1);
  out.push_back(kDescription);
  put16(static_cast<std::uint32_t>(words));
  const std::size_t end = out.size() + 4 * words;
  put32(stream);
  out.push_back(1);  // CNAME
  out.push_back(static_cast<std::uint8_t>(name.size()));
  out.insert(out.end(), name.begin(), name.end());
  out.resize(end);
  return out;
}

}  // namespace parlante
