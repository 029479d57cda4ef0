// A browser, as far as WHEP is concerned, of the same library as the server's side.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <rtc/rtc.hpp>
#include <string>
#include <vector>

namespace parlante::testing {

/// What a sender says of its clocks: a moment of both.
struct Report {
  double seconds = 0;      ///< NTP
  std::uint32_t time = 0;  ///< RTP
};

/// The moment of RTP time `time`, s of NTP, by a report of the stream.
inline double moment(const Report& report, std::uint32_t time, double clock) {
  return report.seconds + static_cast<std::int32_t>(time - report.time) / clock;
}

/// Looks at sender reports on their way to others.
class ReportTaker final : public rtc::MediaHandler {
 public:
  explicit ReportTaker(std::function<void(const Report&)> take) : take_(std::move(take)) {}
  void incoming(rtc::message_vector& messages, const rtc::message_callback&) override {
    for (const auto& message : messages) {
      if (!message || message->size() < 28 || std::to_integer<int>((*message)[1]) != 200) continue;
      const auto word = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
          value = value << 8 | std::to_integer<std::uint32_t>((*message)[at + i]);
        return value;
      };
      take_({word(8) + word(12) / 4294967296., word(16)});
    }
  }

 private:
  std::function<void(const Report&)> take_;
};

/// A browser, as far as we are concerned: offers to receive, and counts what comes.
class Viewer {
 public:
  Viewer() {
    rtc::InitLogger(rtc::LogLevel::None);
    rtc::Configuration config;
    config.bindAddress = "127.0.0.1";
    config.disableAutoNegotiation = true;
    connection = std::make_shared<rtc::PeerConnection>(config);
    rtc::Description::Video pictures("v", rtc::Description::Direction::RecvOnly);
    pictures.addH264Codec(102, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
    rtc::Description::Audio sounds("a", rtc::Description::Direction::RecvOnly);
    sounds.addOpusCodec(111);
    video = connection->addTrack(pictures);
    audio = connection->addTrack(sounds);
    auto reports = std::make_shared<rtc::RtcpReceivingSession>();
    reports->addToChain(std::make_shared<ReportTaker>([this](const Report& report) { take(report, true); }));
    video->setMediaHandler(reports);
    audio->setMediaHandler(
        std::make_shared<ReportTaker>([this](const Report& report) { take(report, false); }));
    video->onMessage([this](rtc::binary packet) { take(packet, true); }, nullptr);
    audio->onMessage([this](rtc::binary packet) { take(packet, false); }, nullptr);
    connection->onGatheringStateChange([this](rtc::PeerConnection::GatheringState state) {
      const std::lock_guard lock(mutex_);
      gathered_ |= state == rtc::PeerConnection::GatheringState::Complete;
      changed_.notify_all();
    });
    connection->setLocalDescription(rtc::Description::Type::Offer);
  }
  ~Viewer() { connection->close(); }

  std::string offer() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(5), [this] { return gathered_; }));
    return std::string(*connection->localDescription());
  }
  void answered(const std::string& sdp) {
    connection->setRemoteDescription(rtc::Description(sdp, rtc::Description::Type::Answer));
  }

  struct Packet {
    std::uint16_t number;
    std::uint32_t time;
    bool marker;
    rtc::binary payload;
    std::chrono::steady_clock::time_point at;
  };
  std::vector<Packet> of_video() { return copy(video_packets_); }
  std::vector<Packet> of_audio() { return copy(audio_packets_); }
  std::vector<Report> reports(bool of_video) {
    const std::lock_guard lock(mutex_);
    return of_video ? video_reports_ : audio_reports_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    std::vector<Packet>().swap(video_packets_);
    std::vector<Packet>().swap(audio_packets_);
  }
  /// The video in Annex B form, put together from its packets (RFC 6184: single units and FU-A).
  std::vector<std::uint8_t> stream() {
    std::vector<std::uint8_t> out;
    const auto put = [&out](std::byte value) { out.push_back(std::to_integer<std::uint8_t>(value)); };
    const auto start = [&out] { out.insert(out.end(), {0, 0, 0, 1}); };
    for (const Packet& packet : of_video()) {
      const auto& p = packet.payload;
      const int type = std::to_integer<int>(p[0]) & 31;
      std::size_t from = 0;
      if (type == 28) {
        if (std::to_integer<int>(p[1]) & 0x80)
          start(), put((p[0] & std::byte{0xe0}) | (p[1] & std::byte{31}));
        from = 2;
      } else {
        start();
      }
      for (std::size_t i = from; i < p.size(); ++i) put(p[i]);
    }
    return out;
  }

  std::shared_ptr<rtc::PeerConnection> connection;
  std::shared_ptr<rtc::Track> video, audio;

 private:
  std::vector<Packet> copy(const std::vector<Packet>& packets) {
    const std::lock_guard lock(mutex_);
    return packets;
  }
  void take(const Report& report, bool of_video) {
    const std::lock_guard lock(mutex_);
    (of_video ? video_reports_ : audio_reports_).push_back(report);
  }
  void take(const rtc::binary& packet, bool of_video) {
    if (packet.size() < 12) return;
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(packet[i]); };
    if (byte(1) >= 200 && byte(1) <= 207) return;  // RTCP
    const std::lock_guard lock(mutex_);
    (of_video ? video_packets_ : audio_packets_)
        .push_back({static_cast<std::uint16_t>(byte(2) << 8 | byte(3)),
                    byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7), (byte(1) & 0x80) != 0,
                    rtc::binary(packet.begin() + 12, packet.end()), std::chrono::steady_clock::now()});
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool gathered_ = false;
  std::vector<Packet> video_packets_, audio_packets_;
  std::vector<Report> video_reports_, audio_reports_;
};

}  // namespace parlante::testing
