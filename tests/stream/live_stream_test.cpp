// Frames without end, with the sound that belongs to them.
#include "stream/live_stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "stream/live_model.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

/// Everything that a stream gave out in a row of frames.
struct Played {
  std::vector<float> sound;
  std::vector<std::int64_t> started, ended, interrupted;  ///< frames
  std::vector<double> played_ms;
  std::vector<std::vector<std::uint8_t>> pictures;
};

void play(LiveStream& stream, int frames, Played& played) {
  static LiveFrame frame;
  for (int i = 0; i < frames; ++i) {
    ASSERT_TRUE(stream.next(frame));
    ASSERT_EQ(frame.sound_from, static_cast<std::int64_t>(played.sound.size()));
    played.sound.insert(played.sound.end(), frame.sound.begin(), frame.sound.end());
    if (frame.speak_started) played.started.push_back(frame.frame.index);
    if (frame.speak_ended) {
      played.ended.push_back(frame.frame.index);
      played.played_ms.push_back(frame.played_ms);
    }
    if (frame.interrupted) played.interrupted.push_back(frame.frame.index);
    played.pictures.push_back(frame.frame.picture.pixels);
  }
}

/// Where in `sound` `pushed` lies as it is; -1: nowhere.
std::int64_t find(const std::vector<float>& sound, const std::vector<float>& pushed) {
  const auto at = std::search(sound.begin(), sound.end(), pushed.begin(), pushed.end());
  return at == sound.end() ? -1 : at - sound.begin();
}

std::vector<float> loud_buzz(double seconds, int rate) {
  std::vector<float> sound = buzz(seconds, rate);
  for (float& s : sound) s += s >= 0 ? .01F : -.01F;  // no sample is silence
  return sound;
}

TEST(LiveStream, LivesWithoutSound) {
  LiveStream stream = open_live(small_live());
  Played played;
  play(stream, 200, played);
  EXPECT_EQ(played.sound.size(), 8U * 16000);
  for (const float s : played.sound) ASSERT_EQ(s, 0);
  EXPECT_TRUE(played.started.empty());
  EXPECT_TRUE(played.ended.empty());
  int still = 0;
  for (std::size_t i = 1; i < played.pictures.size(); ++i)
    still += played.pictures[i] == played.pictures[i - 1];
  EXPECT_EQ(still, 0);
}

TEST(LiveStream, GivesOutAllSoundAsItCameAtAnyRateOfFramesAndSound) {
  for (const auto& [rate, sound_rate] :
       {std::pair{25, 16000}, {30, 48000}, {40, 44100}, {50, 24000}, {60, 8000}}) {
    LiveStream stream = open_live(small_live(rate, sound_rate));
    const std::vector<float> sound = loud_buzz(1, sound_rate);
    Played played;
    play(stream, 7, played);
    ASSERT_TRUE(stream.push(sound));
    stream.speak_end();
    play(stream, 2 * rate, played);
    const std::int64_t at = find(played.sound, sound);
    ASSERT_GE(at, 0) << rate << " frames, " << sound_rate << " Hz";
    // Pushed before frame 7, played behind what frame 6 needed: at most the delay later.
    const double waited = 1e3 * static_cast<double>(at) / sound_rate - 6e3 / rate;
    EXPECT_LE(waited, stream.latency_ms() + 1) << rate;
    EXPECT_GE(waited, stream.latency_ms() - 45) << rate;
    ASSERT_EQ(played.started.size(), 1U);
    EXPECT_EQ(played.started[0], at * rate / sound_rate);
    ASSERT_EQ(played.ended.size(), 1U);
    EXPECT_EQ(played.ended[0], (at + sound_rate - 1) * rate / sound_rate);
    EXPECT_NEAR(played.played_ms[0], 1000, .1);
    EXPECT_TRUE(played.interrupted.empty());
    EXPECT_EQ(stream.troubles().missing_codes, 0);
  }
}

TEST(LiveStream, ASkippedFramesSoundComesWithTheNextFrame) {
  LiveStream stream = open_live(small_live()), skipped = open_live(small_live());
  const std::vector<float> sound = loud_buzz(1, 16000);
  for (LiveStream* s : {&stream, &skipped}) ASSERT_TRUE(s->push(sound));
  Played all, some;
  for (int i = 0; i < 40; i += 4) {
    play(stream, 4, all);
    for (int k = 0; k < 3; ++k) ASSERT_TRUE(skipped.skip());
    play(skipped, 1, some);
    ASSERT_EQ(some.sound, all.sound);
    ASSERT_EQ(some.pictures.back(), all.pictures.back()) << "motion goes on";
  }
  for (int k = 0; k < LiveStream::kMostSkipped; ++k) ASSERT_TRUE(skipped.skip());
  EXPECT_FALSE(skipped.skip());
  play(stream, 61, all);
  play(skipped, 1, some);
  EXPECT_EQ(some.sound, all.sound);
}

TEST(LiveStream, InterruptSilencesTheNextFrameAndSaysHowFarItCame) {
  LiveStream stream = open_live(small_live());
  ASSERT_TRUE(stream.push(loud_buzz(5, 16000)));
  Played played;
  play(stream, 25, played);
  ASSERT_EQ(played.started.size(), 1U);
  stream.interrupt();
  const std::size_t before = played.sound.size();
  play(stream, 25, played);
  ASSERT_EQ(played.ended, std::vector<std::int64_t>{25});
  EXPECT_EQ(played.interrupted, played.ended);
  for (std::size_t i = before + 16 * 4; i < played.sound.size(); ++i) ASSERT_EQ(played.sound[i], 0) << i;
  std::int64_t heard = 0;
  for (std::size_t i = 0; i < before; ++i) heard += played.sound[i] != 0;
  EXPECT_NEAR(played.played_ms[0], static_cast<double>(heard) / 16, .1);
  // and speaks again
  const std::vector<float> sound = loud_buzz(.5, 16000);
  ASSERT_TRUE(stream.push(sound));
  stream.speak_end();
  play(stream, 40, played);
  EXPECT_GE(find(played.sound, sound), 0);
  EXPECT_EQ(played.started.size(), 2U);
  EXPECT_EQ(played.ended.size(), 2U);
  EXPECT_NEAR(played.played_ms[1], 500, .1);
}

TEST(LiveStream, SaysWhereTheNextUtteranceBeginsInTheFrameInWhichOneEnds) {
  int told = 0, untold = 0;
  for (const int rate : {25, 30, 60}) {
    LiveStream stream = open_live(small_live(rate));
    LiveFrame frame;
    std::int64_t next = -1;                       // as told by the frame before
    for (int length = 0; length < 8; ++length) {  // ends at many places of a frame
      for (const double seconds : {.200 + .005 * length, .1}) {
        ASSERT_TRUE(stream.push(loud_buzz(seconds, 16000)));
        stream.speak_end();
      }
      int starts = 0, ends = 0;
      for (int i = 0; i < rate; ++i) {
        ASSERT_TRUE(stream.next(frame));
        starts += frame.speak_started;
        ends += frame.speak_ended;
        EXPECT_TRUE(frame.speak_started || next < 0) << "it is said with the frame after";
        untold += frame.speak_started && next < 0;
        next = frame.next_from;
        if (next < 0) continue;
        ++told;
        EXPECT_TRUE(frame.speak_ended);
        const auto at = static_cast<std::size_t>(next - frame.sound_from);
        ASSERT_LT(at, frame.sound.size()) << "it is heard with this frame";
        EXPECT_NE(frame.sound[at], 0) << "and begins there";
        const bool whole = frame.spoken == static_cast<std::int64_t>(frame.sound.size());
        EXPECT_TRUE(whole || frame.sound[at - 1] == 0);
      }
      EXPECT_EQ(starts, 2);
      EXPECT_EQ(ends, 2);
    }
  }
  EXPECT_GT(told, 0);
  EXPECT_EQ(told + untold, 3 * 8 * 2);
}

TEST(LiveStream, FramesSayHowManyCutsTheyHaveObeyed) {
  LiveStream stream = open_live(small_live());
  LiveFrame frame;
  const auto speaks = [&] {
    return std::ranges::any_of(frame.sound.subspan(64), [](float s) { return s != 0; });
  };
  ASSERT_TRUE(stream.push(loud_buzz(5, 16000)));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(stream.next(frame));
    EXPECT_EQ(frame.cuts, 0);
  }
  EXPECT_TRUE(speaks());
  EXPECT_EQ(stream.interrupt(), 1);
  ASSERT_TRUE(stream.push(loud_buzz(5, 16000)));
  EXPECT_EQ(stream.clear(), 2);
  ASSERT_TRUE(stream.next(frame));
  EXPECT_EQ(frame.cuts, 2) << "both";
  EXPECT_TRUE(frame.interrupted);
  EXPECT_FALSE(speaks()) << "4 ms of it fade";
  ASSERT_TRUE(stream.push(loud_buzz(5, 16000)));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(stream.next(frame));
  EXPECT_EQ(frame.cuts, 2);
  EXPECT_TRUE(speaks());
  // one that nobody hears of at once: its frame is left out
  EXPECT_EQ(stream.interrupt(), 3);
  ASSERT_TRUE(stream.skip());
  ASSERT_TRUE(stream.next(frame));
  EXPECT_EQ(frame.cuts, 3);
  EXPECT_TRUE(frame.interrupted);
}

}  // namespace
}  // namespace parlante::testing
