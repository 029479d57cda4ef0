// The server's side of WHEP against a client of the same library, on this machine alone.
#include "live/whep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <numbers>
#include <rtc/rtc.hpp>
#include <thread>

#include "live/browser_offer.hpp"
#include "media/video_reader.hpp"
#include "support/live_heap.hpp"

namespace parlante {
namespace {

using namespace std::chrono_literals;
using testing::browser_offer;
using ::testing::HasSubstr;
using testing::replaced;
using Clock = std::chrono::steady_clock;

WhepOptions here() {
  WhepOptions options;
  options.bind_address = "127.0.0.1";
  return options;
}
constexpr MediaForm kForm{.width = 256, .height = 256, .rate = {25, 1}, .sound_rate = 48000};

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
    video->setMediaHandler(reports);
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
    EXPECT_TRUE(changed_.wait_for(lock, 5s, [this] { return gathered_; }));
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
    Clock::time_point at;
  };
  std::vector<Packet> of_video() { return copy(video_packets_); }
  std::vector<Packet> of_audio() { return copy(audio_packets_); }
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
  void take(const rtc::binary& packet, bool of_video) {
    if (packet.size() < 12) return;
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(packet[i]); };
    if (byte(1) >= 200 && byte(1) <= 207) return;  // RTCP
    const std::lock_guard lock(mutex_);
    (of_video ? video_packets_ : audio_packets_)
        .push_back({static_cast<std::uint16_t>(byte(2) << 8 | byte(3)),
                    byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7), (byte(1) & 0x80) != 0,
                    rtc::binary(packet.begin() + 12, packet.end()), Clock::now()});
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool gathered_ = false;
  std::vector<Packet> video_packets_, audio_packets_;
};

/// Frames and their sound, as a session hands them on.
class Face {
 public:
  explicit Face(const MediaForm& form) : form_(form) {
    live_.frame.picture = ImageU8(form.width, form.height, 3);
  }
  const LiveFrame& next() {
    const std::int64_t index = next_++;
    Frame& frame = live_.frame;
    frame.index = index;
    for (int y = 0; y < frame.picture.height; ++y)
      for (int x = 0; x < frame.picture.width * 3; ++x)
        frame.picture.row(y)[x] =
            static_cast<std::uint8_t>(60 + index % 100 + ((x / 3 + y + 2 * index) & 63));
    const auto sample = [&](std::int64_t i) {
      return i * form_.sound_rate * form_.rate.den / form_.rate.num;
    };
    live_.sound_from = sample(index);
    sound_.resize(static_cast<std::size_t>(sample(index + 1) - sample(index)));
    for (std::size_t i = 0; i < sound_.size(); ++i)
      sound_[i] =
          .3f *
          std::sin(2 * std::numbers::pi_v<float> * 440 *
                   static_cast<float>((live_.sound_from + static_cast<std::int64_t>(i)) % form_.sound_rate) /
                   static_cast<float>(form_.sound_rate));
    live_.sound = sound_;
    return live_;
  }
  void skip(int frames) { next_ += frames; }

 private:
  MediaForm form_;
  LiveFrame live_;
  std::vector<float> sound_;
  std::int64_t next_ = 1000;  // the session has run for a while
};

/// Hands frames on, faster than they would be, until `done`; false after some seconds.
template <class Done>
bool play(WhepLink& link, Face& face, Done done) {
  for (int i = 0; i < 1000; ++i) {
    if (done()) return true;
    link.frame(face.next());
    std::this_thread::sleep_for(8ms);
  }
  return done();
}

struct Call {
  Viewer viewer;
  std::shared_ptr<WhepLink> link;
  Face face;
  explicit Call(const MediaForm& form = kForm, const WhepOptions& options = here()) : face(form) {
    auto answer = WhepLink::answer(viewer.offer(), form, options);
    EXPECT_TRUE(answer) << answer.error().message;
    if (!answer) return;
    link = *answer;
    viewer.answered(link->sdp());
  }
  bool play_frames(std::int64_t frames) {
    return play(*link, face, [&] { return link->stats().frames >= frames; });
  }
};

TEST(Whep, AnswersSoonAndThePictureArrivesWhole) {
  Viewer viewer;
  const std::string offer = viewer.offer();
  const auto asked = Clock::now();
  auto link = WhepLink::answer(offer, kForm, here());
  ASSERT_TRUE(link) << link.error().message;
  const double took = std::chrono::duration<double>(Clock::now() - asked).count();
  RecordProperty("answer_ms", std::to_string(1000 * took));
  EXPECT_LT(took, testing::kSanitized ? 5 : 1.5) << "s; a quarter of it on an idle machine";
  EXPECT_THAT((*link)->sdp(), HasSubstr("a=candidate:"));
  EXPECT_THAT((*link)->sdp(), HasSubstr("127.0.0.1"));
  viewer.answered((*link)->sdp());
  Face face(kForm);
  ASSERT_TRUE(play(**link, face, [&] { return (*link)->stats().frames >= 60; })) << "connected";
  std::this_thread::sleep_for(100ms);

  const auto file =
      std::filesystem::temp_directory_path() / ("parlante-whep-" + std::to_string(getpid()) + ".h264");
  const auto stream = viewer.stream();
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(stream.data()), static_cast<std::streamsize>(stream.size()));
  auto video = VideoReader::open(file.string());
  ASSERT_TRUE(video) << video.error().message;
  ImageU8 picture;
  int decoded = 0;
  while (video->next(picture).value_or(false)) ++decoded;
  std::filesystem::remove(file);
  EXPECT_GE(decoded, 58) << "from the first frame on";
  EXPECT_EQ(picture.width, 256);
  EXPECT_TRUE(play(**link, face, [&] { return viewer.of_audio().size() > 100; }))
      << "two packets of sound a frame";
}

TEST(Whep, TimesAreThoseOfFramesAndSamplesAlsoWhereFramesAreLeftOut) {
  Call call;
  ASSERT_TRUE(call.play_frames(10));
  call.face.skip(5);
  ASSERT_TRUE(call.play_frames(20));
  std::this_thread::sleep_for(100ms);
  std::vector<std::uint32_t> times;
  for (const auto& packet : call.viewer.of_video())
    if (packet.marker) times.push_back(packet.time);
  ASSERT_GE(times.size(), 18u);
  int gaps = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const std::uint32_t step = times[i] - times[i - 1];
    EXPECT_EQ(step % 3600, 0u);
    gaps += step == 6 * 3600;
  }
  EXPECT_EQ(gaps, 1);
  const auto sound = call.viewer.of_audio();
  ASSERT_GT(sound.size(), 20u);
  std::uint32_t jump = 0;
  for (std::size_t i = 1; i < sound.size(); ++i) {
    const std::uint32_t step = sound[i].time - sound[i - 1].time;
    EXPECT_EQ(step % 960, 0u);
    if (step != 960) jump = step;
  }
  EXPECT_EQ(jump, 960u + 5 * 1920) << "sound left out is a gap, not a shift";
}

TEST(Whep, AKeyFrameComesWhenAskedFor) {
  Call call;
  ASSERT_TRUE(call.play_frames(30));
  EXPECT_EQ(call.link->stats().key_frames, 1);
  call.viewer.video->requestKeyframe();
  ASSERT_TRUE(play(*call.link, call.face, [&] { return call.link->stats().key_frames >= 2; }));
}

TEST(Whep, TheReceiversLimitIsKept) {
  Call call;
  ASSERT_TRUE(call.play_frames(10));
  EXPECT_GT(call.link->stats().video_bits, 300'000);
  call.viewer.video->requestBitrate(200'000);
  ASSERT_TRUE(play(*call.link, call.face, [&] { return call.link->stats().video_bits <= 200'000; }));
  call.viewer.video->requestBitrate(1);
  ASSERT_TRUE(play(*call.link, call.face, [&] { return call.link->stats().video_bits < 200'000; }));
  EXPECT_GE(call.link->stats().video_bits, 150'000);
}

TEST(Whep, FollowsAnotherSizeOfThePicture) {
  Call call;
  ASSERT_TRUE(call.play_frames(10));
  const auto stats = call.link->stats();
  MediaForm smaller = kForm;
  smaller.width = smaller.height = 128;
  Face face(smaller);
  face.skip(2000);
  ASSERT_TRUE(play(*call.link, face, [&] { return call.link->stats().frames >= stats.frames + 10; }));
  EXPECT_EQ(call.link->stats().key_frames, stats.key_frames + 1);
  EXPECT_TRUE(call.link->open());
}

TEST(Whep, SoundOfAnyRateGoesOut) {
  for (const int rate : {16000, 22050, 44100}) {
    MediaForm form = kForm;
    form.sound_rate = rate;
    Call call(form);
    ASSERT_TRUE(call.play_frames(20)) << rate;
    EXPECT_TRUE(play(*call.link, call.face, [&] { return call.viewer.of_audio().size() > 30; })) << rate;
  }
}

TEST(Whep, EndsWhenAskedAndWhenTheViewerLeaves) {
  Call call;
  ASSERT_TRUE(call.play_frames(5));
  call.link->close();
  EXPECT_FALSE(call.link->open());
  call.link->frame(call.face.next());
  call.link->close();

  WhepOptions hasty = here();
  hasty.silent_s = 2;  // where the viewer's farewell does not arrive
  Call other(kForm, hasty);
  ASSERT_TRUE(other.play_frames(5));
  other.viewer.connection->close();
  EXPECT_TRUE(play(*other.link, other.face, [&] { return !other.link->open(); }));
}

TEST(Whep, GivesUpAViewerThatNeverComesOrFallsSilent) {
  WhepOptions hasty = here();
  hasty.connect_s = .2;
  Viewer never;
  auto link = WhepLink::answer(never.offer(), kForm, hasty);
  ASSERT_TRUE(link);
  Face face(kForm);
  EXPECT_TRUE(play(**link, face, [&] { return !(*link)->open(); }));

  hasty.connect_s = 20;
  hasty.silent_s = .05;  // reports come once a second
  Call call(kForm, hasty);
  EXPECT_TRUE(play(*call.link, call.face, [&] { return !call.link->open(); }));
}

TEST(Whep, ConnectionsAreCounted) {
  WhepOptions two = here();
  two.most = 2;
  Viewer viewer;
  const std::string offer = viewer.offer();
  auto first = WhepLink::answer(offer, kForm, two), second = WhepLink::answer(offer, kForm, two);
  ASSERT_TRUE(first && second);
  auto third = WhepLink::answer(offer, kForm, two);
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().message, HasSubstr("as many WebRTC connections"));
  first->reset();
  EXPECT_TRUE(WhepLink::answer(offer, kForm, two));
}

TEST(Whep, MemoryComesBackAfterCalls) {
  const auto call = [] {
    Call one;
    EXPECT_TRUE(one.play_frames(3));
  };
  for (int i = 0; i < 3; ++i) call();
  std::this_thread::sleep_for(500ms);
  const auto before = testing::live_heap_bytes();
  for (int i = 0; i < 8; ++i) call();
  constexpr std::size_t kOneCall = 2'000'000;  // the encoder alone takes more
  for (int i = 0; i < 50 && testing::live_heap_bytes() > before + kOneCall; ++i)
    std::this_thread::sleep_for(100ms);
  EXPECT_LT(testing::live_heap_bytes(), before + kOneCall);
}

TEST(Whep, DoesNotGrowWhileItRuns) {
  Call call;
  ASSERT_TRUE(call.play_frames(100));
  const auto drop = [&] {  // what the viewer collects
    call.viewer.forget();
    return testing::live_heap_bytes();
  };
  const auto before = drop();
  for (int part = 0; part < 2; ++part) {
    ASSERT_TRUE(call.play_frames(100 * (part + 2)));
    drop();
  }
  EXPECT_LT(drop(), before + 400'000);
}

TEST(Whep, RefusesWhatIsNoOfferWithASentence) {
  const std::string fine = browser_offer();
  for (const std::string& offer :
       {std::string(), std::string("hello"), std::string(100'000, 'a'), fine.substr(0, 300),
        replaced(fine, "H264", "AV1"), replaced(fine, "a=ice-pwd", "a=x")}) {
    const auto link = WhepLink::answer(offer, kForm, here());
    ASSERT_FALSE(link);
    EXPECT_EQ(link.error().kind, ErrorKind::usage);
    EXPECT_THAT(link.error().message, ::testing::EndsWith("."));
  }
  WhepOptions nowhere = here();
  nowhere.bind_address = "203.0.113.7";
  EXPECT_FALSE(WhepLink::answer(fine, kForm, nowhere)) << "an address that this machine has not";
}

TEST(Whep, ABrowsersOfferIsAnsweredInItsOrder) {
  const auto link = WhepLink::answer(browser_offer(), kForm, here());
  ASSERT_TRUE(link) << link.error().message;
  const std::string& sdp = (*link)->sdp();
  EXPECT_LT(sdp.find("m=audio "), sdp.find("m=video "));
  EXPECT_LT(sdp.find("m=video "), sdp.find("m=application 0 "));
  EXPECT_NE(sdp.find("m=application 0 "), sdp.npos);
  EXPECT_THAT(sdp, HasSubstr("a=rtpmap:106 H264/90000"));
  EXPECT_THAT(sdp, HasSubstr("a=sendonly"));
  EXPECT_THAT(sdp, ::testing::Not(HasSubstr("evil")));
}

}  // namespace
}  // namespace parlante
