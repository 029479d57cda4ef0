#include "live/whep.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <rtc/rtc.hpp>

#include "live/bitrate_governor.hpp"
#include "live/rtcp.hpp"
#include "live/rtp_sender.hpp"
#include "live/sdp_offer.hpp"
#include "media/live_encoder.hpp"

namespace parlante {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kVideoClock = 90000, kAudioClock = 48000;
constexpr std::uint32_t kVideoStream = 0x70617276, kAudioStream = 0x70617261;
constexpr const char* kName = "parlante";
constexpr auto kGathering = std::chrono::seconds(2);
constexpr double kKeyPause = .4;      ///< s between two key frames that were asked for
constexpr int kMostAgain = 300;       ///< packets sent again a second
constexpr double kBitrateStep = .06;  ///< smaller changes are not worth setting the encoder up anew

std::atomic<int> links_now = 0;

/// Counts a connection while it lives.
class Place {
 public:
  static std::unique_ptr<Place> take(int most) {
    auto place = std::make_unique<Place>();
    return links_now.load() <= most ? std::move(place) : nullptr;
  }
  Place() { ++links_now; }
  ~Place() { --links_now; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
};

/// Seconds since 1900 in 1/2^32 s, now.
std::uint64_t ntp_now() noexcept {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const double seconds = std::chrono::duration<double>(since_1970).count();
  return static_cast<std::uint64_t>((seconds + 2208988800.) * 4294967296.);
}

std::int64_t steady_ns() noexcept {
  return Clock::now().time_since_epoch().count();
}

/// What the library's threads tell the session's.
struct Heard {
  enum Phase { waiting, connected, gone };
  std::atomic<Phase> phase = waiting;
  std::atomic<bool> key_frame = false;
  std::atomic<std::int64_t> at = steady_ns();  // the last report
  std::mutex mutex;                            // of all below
  std::condition_variable gathered;
  bool gathering_done = false;
  BitrateGovernor governor;
  double lost = 0, round_trip = -1;
  int again_left = kMostAgain;
  Clock::time_point again_since = Clock::now();
  std::shared_ptr<RtpSender> video, audio;  // set before anything can be heard

  explicit Heard(const BitrateGovernor& limits) : governor(limits) {}
  void end() noexcept { phase = gone; }
  void take(const RtcpFeedback& feedback);

 private:
  RtpSender* sender_of(std::uint32_t stream) const noexcept {
    return stream == kVideoStream ? video.get() : stream == kAudioStream ? audio.get() : nullptr;
  }
};

void Heard::take(const RtcpFeedback& feedback) {
  at = steady_ns();
  if (feedback.key_frame) key_frame = true;
  int again = 0;
  {
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < feedback.loss_count; ++i) {
      const RtcpFeedback::Loss& loss = feedback.losses[i];
      if (loss.stream != kVideoStream || !video) continue;
      lost = loss.share;
      governor.loss(loss.share);
      if (const double trip = video->round_trip(loss.last_report, loss.since_then); trip >= 0)
        round_trip = trip;
    }
    if (feedback.most_bits > 0) governor.receiver_takes(feedback.most_bits);
    const auto now = Clock::now();
    if (now - again_since > std::chrono::seconds(1)) again_left = kMostAgain, again_since = now;
    again = std::min<int>(again_left, static_cast<int>(feedback.missing_count));
    again_left -= again;
  }
  for (int i = 0; i < again; ++i) {
    const RtcpFeedback::Missing& missing = feedback.missing[static_cast<std::size_t>(i)];
    if (RtpSender* sender = sender_of(missing.stream)) sender->send_again(missing.packet);
  }
}

/// Takes all that comes from the peer: nothing of it goes on into the library's own parsers.
class FeedbackTaker final : public rtc::MediaHandler {
 public:
  explicit FeedbackTaker(std::weak_ptr<Heard> heard) : heard_(std::move(heard)) {}
  void incoming(rtc::message_vector& messages, const rtc::message_callback&) override {
    if (const auto heard = heard_.lock())
      for (const auto& message : messages)
        if (message && message->type == rtc::Message::Control)
          heard->take(
              read_feedback({reinterpret_cast<const std::uint8_t*>(message->data()), message->size()}));
    messages.clear();
  }

 private:
  std::weak_ptr<Heard> heard_;
};

rtc::Configuration configuration(const WhepOptions& options) {
  rtc::Configuration config;
  config.disableAutoNegotiation = true;
  config.forceMediaTransport = true;
  if (!options.bind_address.empty()) config.bindAddress = options.bind_address;
  if (options.port_low != 0) config.portRangeBegin = options.port_low;
  if (options.port_high != 0) config.portRangeEnd = options.port_high;
  for (const std::string& server : options.ice_servers) config.iceServers.emplace_back(server);
  return config;
}

rtc::Description::Video video_section(const OfferedMedia& offered) {
  rtc::Description::Video section(offered.mid, rtc::Description::Direction::SendOnly);
  section.addH264Codec(offered.payload, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=" +
                                            offered.profile.substr(0, 4) + "1f");
  section.addSSRC(kVideoStream, kName, kName, "video");
  return section;
}

rtc::Description::Audio audio_section(const OfferedMedia& offered) {
  rtc::Description::Audio section(offered.mid, rtc::Description::Direction::SendOnly);
  section.addOpusCodec(offered.payload, "minptime=10;useinbandfec=1");
  section.addSSRC(kAudioStream, kName, kName, "audio");
  return section;
}

}  // namespace

struct WhepLink::State {
  MediaForm form;
  WhepOptions options;
  std::unique_ptr<Place> place;
  std::string sdp;
  std::shared_ptr<Heard> heard;
  std::shared_ptr<rtc::PeerConnection> connection;
  std::shared_ptr<rtc::Track> video_track, audio_track;
  Clock::time_point answered = Clock::now();

  // Of the session's thread alone:
  std::optional<LiveVideoEncoder> video;
  std::optional<LiveAudioEncoder> audio;
  std::int64_t last_key = 0;
  std::int64_t first_frame = -1;
  std::int64_t sound_origin = 0, sound_next = -1;  // in 1/48000 s; in samples given

  std::atomic<std::int64_t> frames = 0, key_frames = 0;
  std::atomic<int> bits = 0;

  void connect(const SdpOffer& offer);
  bool lost_sight() noexcept;
  bool send_picture(const Frame& frame);
  bool send_sound(const LiveFrame& frame);
  int wanted_bits();
};

void WhepLink::State::connect(const SdpOffer& offer) {
  connection = std::make_shared<rtc::PeerConnection>(configuration(options));
  const std::weak_ptr<Heard> weak = heard;
  connection->onGatheringStateChange([weak](rtc::PeerConnection::GatheringState gathering) {
    const auto h = weak.lock();
    if (!h || gathering != rtc::PeerConnection::GatheringState::Complete) return;
    const std::lock_guard lock(h->mutex);
    h->gathering_done = true;
    h->gathered.notify_all();
  });
  connection->onStateChange([weak](rtc::PeerConnection::State now) {
    const auto h = weak.lock();
    if (!h) return;
    if (now == rtc::PeerConnection::State::Connected) {
      h->at = steady_ns();
      auto expected = Heard::waiting;
      h->phase.compare_exchange_strong(expected, Heard::connected);
    } else if (now == rtc::PeerConnection::State::Disconnected || now == rtc::PeerConnection::State::Failed ||
               now == rtc::PeerConnection::State::Closed) {
      h->end();
    }
  });
  const std::uint64_t ntp = ntp_now();
  const OfferedMedia& video_offer = offer.media[static_cast<std::size_t>(offer.video)];
  video_track = connection->addTrack(video_section(video_offer));
  heard->video = std::make_shared<RtpSender>(
      video_track,
      RtpSender::Settings{kVideoStream, static_cast<std::uint8_t>(video_offer.payload), kVideoClock, kName,
                          true},
      ntp);
  if (offer.audio >= 0) {
    const OfferedMedia& audio_offer = offer.media[static_cast<std::size_t>(offer.audio)];
    audio_track = connection->addTrack(audio_section(audio_offer));
    heard->audio = std::make_shared<RtpSender>(
        audio_track,
        RtpSender::Settings{kAudioStream, static_cast<std::uint8_t>(audio_offer.payload), kAudioClock, kName,
                            false},
        ntp);
  }
  connection->setMediaHandler(std::make_shared<FeedbackTaker>(heard));
  connection->setRemoteDescription(rtc::Description(plain_offer(offer), rtc::Description::Type::Offer));
  connection->setLocalDescription(rtc::Description::Type::Answer);
  {
    std::unique_lock lock(heard->mutex);
    heard->gathered.wait_for(lock, kGathering, [this] { return heard->gathering_done; });
  }
  const auto local = connection->localDescription();
  if (!local || local->candidates().empty())
    throw std::runtime_error("no address of this machine can be used");
  sdp = whole_answer(offer, std::string(*local));
}

Result<std::shared_ptr<WhepLink>> WhepLink::answer(std::string_view offer, const MediaForm& form,
                                                   const WhepOptions& options) {
  auto read = read_offer(offer);
  if (!read) return pass_on(std::move(read));
  auto state = std::make_unique<State>();
  state->place = Place::take(options.most);
  if (!state->place)
    return fail(ErrorKind::failed,
                "There are as many WebRTC connections as this server takes; try again later.");
  state->form = form;
  state->options = options;
  const double size = static_cast<double>(form.width) * form.height / (512. * 512.);
  const double rate = std::sqrt(form.rate.value() / 25);  // twice the frames are half as different
  const int most =
      std::clamp(static_cast<int>(options.video_bits * size * rate), kLeastVideoBits, kMostVideoBits);
  const int least = std::clamp(options.least_video_bits, kLeastVideoBits, most);
  state->bits = most;
  state->heard = std::make_shared<Heard>(BitrateGovernor(least, most, most));
  try {
    static std::once_flag once;
    std::call_once(once, [] { rtc::InitLogger(rtc::LogLevel::None); });
    state->connect(*read);
  } catch (const std::invalid_argument& error) {
    return fail(ErrorKind::usage, std::string("The WebRTC offer cannot be used: ") + error.what() + ".");
  } catch (const std::exception& error) {
    return fail(ErrorKind::failed,
                std::string("The WebRTC connection cannot be made: ") + error.what() + ".");
  }
  return std::shared_ptr<WhepLink>(new WhepLink(std::move(state)));
}

/// Has the client not come, or fallen silent?
bool WhepLink::State::lost_sight() noexcept {
  using Seconds = std::chrono::duration<double>;
  if (heard->phase == Heard::waiting) return Seconds(Clock::now() - answered).count() > options.connect_s;
  return Seconds(std::chrono::nanoseconds(steady_ns() - heard->at)).count() > options.silent_s;
}

int WhepLink::State::wanted_bits() {
  const std::lock_guard lock(heard->mutex);
  return heard->governor.bits();
}

bool WhepLink::State::send_picture(const Frame& frame) {
  const ImageU8& picture = frame.picture;
  if (picture.empty()) return true;
  const bool fits =
      video && video->settings().width == picture.width && video->settings().height == picture.height;
  if (!fits) {
    video.reset();
    auto opened = LiveVideoEncoder::open({.width = picture.width,
                                          .height = picture.height,
                                          .rate = form.rate,
                                          .bits_per_second = bits.load(),
                                          .key_every_s = 10});
    if (!opened) return false;
    video.emplace(std::move(*opened));
  }
  if (const int wanted = wanted_bits(); std::abs(wanted - bits) > kBitrateStep * bits) {
    bits = wanted;
    video->set_bitrate(wanted);
  }
  const double rate = form.rate.value();
  if (heard->key_frame && static_cast<double>(frame.index - last_key) >= kKeyPause * rate) {
    heard->key_frame = false;
    video->ask_key_frame();
  }
  const auto encoded = video->encode(picture, frame.index);
  if (!encoded) return false;
  if (encoded->key) last_key = frame.index, ++key_frames;
  const std::int64_t ticks = frame.index * kVideoClock * form.rate.den / form.rate.num;
  heard->video->send(encoded->bytes, ticks, static_cast<double>(frame.index) / rate);
  ++frames;
  return true;
}

bool WhepLink::State::send_sound(const LiveFrame& frame) {
  if (first_frame < 0) first_frame = frame.frame.index;
  const double shown = static_cast<double>(frame.frame.index - first_frame) / form.rate.value();
  if (!heard->audio || frame.sound.empty() || shown < options.sound_after_s) return true;
  if (!audio) {
    auto opened = LiveAudioEncoder::open({.rate = form.sound_rate});
    if (!opened) return false;
    audio.emplace(std::move(*opened));
    sound_origin = frame.sound_from * kAudioClock / form.sound_rate;
  } else if (frame.sound_from != sound_next) {
    sound_origin += (frame.sound_from - sound_next) * kAudioClock / form.sound_rate;
  }
  sound_next = frame.sound_from + static_cast<std::int64_t>(frame.sound.size());
  EncodedSound packet;
  for (std::span<const float> rest = frame.sound; !rest.empty();) {
    const auto piece =
        rest.first(std::min<std::size_t>(rest.size(), static_cast<std::size_t>(form.sound_rate) / 4));
    rest = rest.subspan(piece.size());
    if (!audio->push(piece)) return false;
    while (true) {
      const auto more = audio->next(packet);
      if (!more) return false;
      if (!*more) break;
      const std::int64_t at = sound_origin + packet.at_48k;
      heard->audio->send(packet.bytes, at, static_cast<double>(at) / kAudioClock);
    }
  }
  return true;
}

void WhepLink::frame(const LiveFrame& frame) noexcept {
  State& s = *state_;
  if (!open()) return;
  if (s.lost_sight()) return close();
  if (s.heard->phase != Heard::connected) return;
  try {
    // Between the handshake's end and the tracks' opening passes a moment.
    if (!s.video_track->isOpen() || (s.audio_track && !s.audio_track->isOpen())) return;
    if (!s.send_picture(frame.frame) || !s.send_sound(frame)) close();
  } catch (const std::exception&) {
    close();  // the connection went away in between
  }
}

const std::string& WhepLink::sdp() const noexcept {
  return state_->sdp;
}

bool WhepLink::open() const noexcept {
  return state_->heard->phase != Heard::gone;
}

bool WhepLink::connected() const noexcept {
  return state_->heard->phase == Heard::connected;
}

void WhepLink::close() noexcept {
  state_->heard->end();
  try {
    state_->connection->close();
  } catch (const std::exception&) {
    // Closed already.
  }
}

WhepStats WhepLink::stats() const noexcept {
  const State& s = *state_;
  WhepStats stats;
  stats.video_bits = s.bits;
  stats.frames = s.frames;
  stats.key_frames = s.key_frames;
  stats.bytes = s.heard->video->bytes_sent() + (s.heard->audio ? s.heard->audio->bytes_sent() : 0);
  const std::lock_guard lock(s.heard->mutex);
  stats.lost_share = s.heard->lost;
  if (s.heard->round_trip >= 0) stats.round_trip_ms = 1000 * s.heard->round_trip;
  return stats;
}

WhepLink::WhepLink(std::unique_ptr<State> state) : state_(std::move(state)) {}

WhepLink::~WhepLink() {
  close();
}

}  // namespace parlante
