// The server's side of WHEP against a client of the same library, on this machine alone.
#include "live/whep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <fstream>
#include <numbers>
#include <thread>

#include "live/browser_offer.hpp"
#include "live/whep_viewer.hpp"
#include "media/video_reader.hpp"
#include "support/live_heap.hpp"

namespace parlante {
namespace {

using namespace std::chrono_literals;
using testing::browser_offer;
using ::testing::HasSubstr;
using testing::moment;
using testing::replaced;
using testing::Report;
using testing::Viewer;
using Clock = std::chrono::steady_clock;

WhepOptions here() {
  WhepOptions options;
  options.bind_address = "127.0.0.1";
  options.sound_after_s = 0;
  return options;
}
constexpr MediaForm kForm{.width = 256, .height = 256, .rate = {25, 1}, .sound_rate = 48000};

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

TEST(Whep, ReportsPutPictureAndSoundOnOneClockFromTheStart) {
  Call call;
  // frames come here five times as fast as they would: reports of the first half second are enough
  ASSERT_TRUE(play(*call.link, call.face, [&] {
    return call.viewer.reports(true).size() >= 3 && call.viewer.reports(false).size() >= 3;
  })) << "two are what a receiver needs";
  const auto video = call.viewer.reports(true), audio = call.viewer.reports(false);
  const auto pictures = call.viewer.of_video(), sounds = call.viewer.of_audio();
  ASSERT_FALSE(pictures.empty() || sounds.empty());
  // The first packets of both are of one frame; Opus begins 6.5 ms before what it is given (RFC 6716).
  const double picture = moment(video[0], pictures[0].time, 90000),
               sound = moment(audio[0], sounds[0].time, 48000);
  EXPECT_NEAR(sound - picture, -.0065, .0005);
  for (const Report& report : video) EXPECT_NEAR(moment(report, pictures[0].time, 90000), picture, 1e-4);
  for (const Report& report : audio) EXPECT_NEAR(moment(report, sounds[0].time, 48000), sound, 1e-4);
}

TEST(Whep, SoundBeginsWhenABrowsersSoundCardMayRun) {
  WhepOptions options = here();
  options.sound_after_s = WhepOptions().sound_after_s;
  Call call(kForm, options);
  ASSERT_TRUE(play(*call.link, call.face, [&] { return call.viewer.of_audio().size() > 10; }));
  const auto pictures = call.viewer.of_video(), sounds = call.viewer.of_audio();
  int before = 0;
  for (const auto& packet : pictures) before += packet.marker && packet.at < sounds[0].at;
  EXPECT_GE(before, 12) << "half a second of pictures";
  EXPECT_LE(before, 20);
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
  const auto drop = [&] {  // what the viewer collects
    call.viewer.forget();
    return testing::live_heap_bytes();
  };
  for (const int frames : {100, 200, 300}) {  // until the packets kept to be sent again are as many as may be
    ASSERT_TRUE(call.play_frames(frames));
    drop();
  }
  const auto before = drop();
  ASSERT_TRUE(call.play_frames(500));
  EXPECT_LT(drop(), before + 200'000) << "less than one packet of each frame";
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
