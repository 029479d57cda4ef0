// A session's face and voice to a browser by WebRTC, as WHEP asks for it (draft-ietf-wish-whep): one offer,
// one answer, then H.264 and Opus one way.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "live/media_sink.hpp"

namespace parlante {

struct WhepOptions {
  int most = 8;                               ///< connections of the process at once
  std::string bind_address;                   ///< of this machine; empty: all it has
  std::uint16_t port_low = 0, port_high = 0;  ///< of UDP; 0: any
  std::vector<std::string> ice_servers;       ///< "stun:…", "turn:…"; none: only addresses of its own
  int video_bits = 1'500'000;                 ///< a second, for 512 x 512 at 25; others by size and rate
  int least_video_bits = 150'000;             ///< also where more than a tenth is lost
  /// From the first picture to the first sound: what reaches a browser before its sound card runs waits in
  /// its buffer, and makes all sound after it late for seconds.
  double sound_after_s = .5;
  double connect_s = 20;  ///< a client that does not come is given up
  double silent_s = 12;   ///< one that reports nothing any more, too
};

struct WhepStats {
  double round_trip_ms = -1;  ///< negative: not known yet
  double lost_share = 0;      ///< of the video's packets, last report
  int video_bits = 0;         ///< a second, as the encoder is told
  std::uint64_t bytes = 0;    ///< sent so far
  std::int64_t frames = 0;    ///< sent so far
  std::int64_t key_frames = 0;
};

/// One peer connection. frame() by the session's thread, everything else by any.
class WhepLink final : public MediaSink {
 public:
  /// Takes some 10 to 200 ms: not for a thread that others wait for. Errors: usage (an offer that cannot be
  /// answered: a sentence), failed (too many connections, no address, no encoder here).
  static Result<std::shared_ptr<WhepLink>> answer(std::string_view offer, const MediaForm& form,
                                                  const WhepOptions& options);
  ~WhepLink() override;

  /// The answer, with all our addresses.
  const std::string& sdp() const noexcept;
  /// Until the client is connected, frames are passed over; the first it gets is a key frame. An empty
  /// picture: only the sound goes.
  void frame(const LiveFrame& frame) noexcept override;
  /// False once the peer is gone, failed or closed.
  bool open() const noexcept override;
  bool connected() const noexcept;
  bool watched() const noexcept override { return connected(); }
  void close() noexcept;
  WhepStats stats() const noexcept;

 private:
  struct State;
  explicit WhepLink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parlante
