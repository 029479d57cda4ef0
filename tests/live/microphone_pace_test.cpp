// A microphone whose clock is not ours, for half an hour, through the queue and line of a live stream.
#include "live/microphone_pace.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <numbers>

#include "stream/spoken_line.hpp"

namespace parlante {
namespace {

constexpr int kRate = 16000;
constexpr double kFrame_s = .04;

/// A microphone that speaks in packets, and a face that takes a frame's sound every 40 ms.
struct Talk {
  explicit Talk(double skew_ = 0, double packet = .02, bool paced_ = true)
      : skew(skew_), packet_s(packet), paced(paced_) {}
  double skew;  ///< by how much the microphone is faster
  double packet_s;
  bool paced;

  SoundQueue queue{60 * kRate};
  static LineNeeds needs() {
    const Rational rate{25, 1};
    const LiveWaits waits{.foreseen = 6, .ahead = 2};
    return {rate, waits, kRate, 0};
  }
  SpokenLine line{queue, needs(), 2};
  MicrophonePace pace{kRate};
  double now = 0, next_packet = 0, next_frame = 0, came = 0;
  std::int64_t spoken = 0, frames = 0;
  double steepest = 0;  ///< between two samples that were heard
  float last = 0;

  static float voice(std::int64_t sample) {
    return .5F * std::sin(2 * std::numbers::pi_v<float> * 220 * static_cast<float>(sample % kRate) / kRate);
  }
  double waiting_s() const { return static_cast<double>(queue.waiting()) / kRate; }

  void speak() {
    std::vector<float> packet(static_cast<std::size_t>(packet_s * kRate));
    for (float& sample : packet) sample = voice(spoken++);
    const auto at =
        MicrophonePace::Clock::time_point(std::chrono::duration_cast<MicrophonePace::Clock::duration>(
            std::chrono::duration<double>(1000 + now)));
    came = now;
    queue.push(paced ? pace.take(packet, waiting_s(), at) : std::span<const float>(packet));
  }
  void show() {
    std::array<float, 640> sound{};
    ++frames;
    line.extend(frames, now - came);
    for (const float sample : line.play(frames * 640, sound)) {
      steepest = std::max<double>(steepest, std::abs(sample - last));
      last = sample;
    }
    SpokenLine::Event event;
    while (line.take(event)) {
    }
  }
  /// Goes on for a time; gives back the least that waited meanwhile.
  double go(double seconds) {
    double least = 1e9;
    for (const double end = now + seconds; now < end;) {
      now = std::min(next_packet, next_frame);
      if (next_packet <= next_frame) {
        if (now > end - 10) least = std::min(least, waiting_s());
        speak();
        next_packet += packet_s / (1 + skew);
      } else {
        show();
        next_frame += kFrame_s;
      }
    }
    return least;
  }
};

TEST(MicrophonePace, AFastMicrophoneDoesNotMakeTheFaceLate) {
  for (const double skew : {200e-6, 1000e-6}) {
    Talk talk{skew};
    const double early = talk.go(20);
    talk.steepest = 0;
    const auto late_before = talk.line.late();
    const double late = talk.go(30 * 60);
    EXPECT_LT(late - early, .06) << "s more that waits, " << skew;
    EXPECT_EQ(talk.line.late(), late_before) << "never too little";
    EXPECT_LT(talk.steepest, .5 * 2 * std::numbers::pi * 220 / kRate * 1.1) << "no click";

    Talk plain{skew, .02, false};
    plain.go(20);
    EXPECT_GT(plain.go(30 * 60), .8 * skew * 30 * 60) << "what it is for";
  }
}

TEST(MicrophonePace, WhatDoesNotPileUpPassesAsItIs) {
  Talk talk;
  talk.go(60);
  EXPECT_FALSE(talk.pace.hurries());
  EXPECT_EQ(talk.spoken, static_cast<std::int64_t>(std::llround(talk.now / .02 + 1)) * 320)
      << "sample for sample";
  EXPECT_LE(std::abs(talk.queue.waiting() - static_cast<std::int64_t>(talk.waiting_s() * kRate)), 1);
  std::vector<float> packet{.1F, .2F, .3F};
  EXPECT_EQ(talk.pace.take(packet, 0, {}).data(), packet.data());
}

TEST(MicrophonePace, AStallIsCaughtUpWith) {
  Talk talk;
  const double usual = talk.go(30);
  talk.steepest = 0;
  for (int i = 0; i < 25; ++i) talk.speak();  // half a second at once
  EXPECT_GT(talk.go(3), usual + .4);
  EXPECT_LT(talk.go(200), usual + .06);
  EXPECT_LT(talk.steepest, .2);
}

TEST(MicrophonePace, SpeechThatIsSentAheadIsLeftAlone) {
  MicrophonePace pace(kRate);
  const std::vector<float> piece(kRate, .25F);
  auto now = MicrophonePace::Clock::time_point(std::chrono::seconds(100));
  double waiting = 0;
  for (int i = 0; i < 100; ++i) {  // ten times as fast as it is spoken
    EXPECT_EQ(pace.take(piece, waiting, now).data(), piece.data());
    waiting += .9;
    now += std::chrono::milliseconds(100);
  }
  // at its own pace, but a quarter of a second ahead all the time
  pace.reset();
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(pace.take(piece, .25, now).data(), piece.data());
    now += std::chrono::seconds(1);
  }
}

TEST(MicrophonePace, AnotherUtteranceBeginsAnew) {
  Talk talk{1000e-6};
  talk.go(20);
  talk.skew = .02;
  for (int i = 0; i < 60 && !talk.pace.hurries(); ++i) talk.go(1);
  ASSERT_TRUE(talk.pace.hurries());
  talk.pace.reset();
  EXPECT_FALSE(talk.pace.hurries());
  const std::vector<float> packet(320, .1F);
  EXPECT_EQ(talk.pace.take(packet, 0, {}).data(), packet.data());
}

}  // namespace
}  // namespace parlante
