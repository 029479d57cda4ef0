// What people, networks and programs do to a live stream: any sound, in any piece, from another thread, while
// it is interrupted, asked for the impossible and drawn otherwise.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <thread>
#include <vector>

#include "core/random.hpp"
#include "stream/live_model.hpp"
#include "support/allocation_counter.hpp"
#include "support/live_heap.hpp"
#include "support/wav.hpp"

namespace parlante::testing {
namespace {

/// Frames that cost little: a corner of the picture.
LiveOptions corner(int rate = 25, int sound_rate = 16000) {
  LiveOptions options = small_live(rate, sound_rate);
  options.stream.render.part = {120, 140, 16, 16};
  return options;
}

bool is_finite(const FaceCode& code) {
  float sum =
      code.yaw + code.pitch + code.roll + code.gaze_yaw + code.gaze_pitch + code.aperture + code.breath;
  for (std::size_t i = 0; i < kBlendshapes; ++i) sum += code.weights[i];
  return std::isfinite(sum) && code.translation.allFinite();
}

TEST(LiveHostile, PiecesOfAnySizeAreTaken) {
  LiveStream stream = open_live(corner());
  LiveFrame frame;
  std::int64_t pushed = 0, spoken = 0;
  const auto push = [&](std::size_t count) {
    ASSERT_TRUE(stream.push(std::vector<float>(count, .25F)));
    pushed += static_cast<std::int64_t>(count);
  };
  push(0);
  push(1);
  for (int k = 0; k < 5; ++k) stream.next(frame), spoken += frame.spoken;
  for (int i = 0; i < 100; ++i) push(1);
  push(48001);
  stream.speak_end();
  for (int k = 0; k < 100; ++k) stream.next(frame), spoken += frame.spoken;
  EXPECT_EQ(spoken, pushed);
}

TEST(LiveHostile, ALongPushIsTakenOrRefusedWhole) {
  LiveOptions options = corner();
  options.most_queued_s = 30;
  LiveStream stream = open_live(options);
  EXPECT_FALSE(stream.push(std::vector<float>(480001)));
  EXPECT_EQ(stream.queued_s(), 0);
  EXPECT_TRUE(stream.push(std::vector<float>(480000)));
  EXPECT_FALSE(stream.push(std::vector<float>(1)));
  EXPECT_NEAR(stream.queued_s(), 30, 1e-9);
  stream.interrupt();
  EXPECT_EQ(stream.queued_s(), 0);
  EXPECT_TRUE(stream.push(std::vector<float>(480000)));
}

TEST(LiveHostile, NoiseNaNAndInfinityMoveTheFaceAndHarmNothing) {
  LiveStream stream = open_live(corner(25, 24000));
  std::vector<float> sound(24000);
  Random random(5);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    sound[i] = static_cast<float>(random.uniform(-1e30, 1e30));
    if (i % 7 == 0) sound[i] = std::numeric_limits<float>::quiet_NaN();
    if (i % 11 == 0) sound[i] = -std::numeric_limits<float>::infinity();
  }
  stream.push(sound);
  LiveFrame frame;
  for (int k = 0; k < 40; ++k) {
    stream.next(frame);
    ASSERT_TRUE(is_finite(frame.code)) << k;
    for (const float s : frame.sound) ASSERT_LE(std::abs(s), 1) << k;
  }
}

TEST(LiveHostile, StormsOfInterruptsEndsAndControlsLeaveAFaceThatSpeaks) {
  LiveStream stream = open_live(corner());
  LiveFrame frame;
  MotionControls wild;
  wild.distance = std::numeric_limits<float>::quiet_NaN();
  wild.head_pose = Eigen::Vector3f(1e9F, -1e9F, std::numeric_limits<float>::infinity());
  wild.fixed_pose = Eigen::Vector3f(9, 9, 9);
  wild.emotion.fill(1e6F);
  wild.mouth_scale = -4;
  wild.ease_s = -1;
  const std::vector<float> sound = buzz(.1, 16000);
  int interrupted = 0;
  for (int k = 0; k < 50; ++k) {
    for (int i = 0; i < 200; ++i) {
      stream.push(std::span(sound).first(static_cast<std::size_t>(i)));
      stream.speak_end();
      i % 3 ? stream.interrupt() : stream.clear();
      stream.control(wild);
    }
    stream.next(frame);
    interrupted += frame.interrupted;
    ASSERT_TRUE(is_finite(frame.code));
    for (const float s : frame.sound) ASSERT_EQ(s, 0);
  }
  EXPECT_EQ(interrupted, 50);
  stream.control({});
  stream.push(buzz(1, 16000));
  stream.speak_end();
  std::int64_t spoken = 0;
  bool ended = false;
  for (int k = 0; k < 40; ++k) {
    stream.next(frame);
    spoken += frame.spoken;
    ended |= frame.speak_ended && !frame.interrupted;
  }
  EXPECT_EQ(spoken, 16000);
  EXPECT_TRUE(ended);
}

TEST(LiveHostile, WhatCannotBeIsRefusedWithASentence) {
  const auto refusal = [](auto change) {
    LiveOptions options = corner();
    change(options);
    const auto opened = LiveStream::open(live_model(), small_avatar(), options);
    return opened ? std::string("taken") : opened.error().message;
  };
  EXPECT_NE(refusal([](LiveOptions& o) { o.stream.motion.rate = {5, 1}; }), "taken");
  EXPECT_NE(refusal([](LiveOptions& o) { o.stream.motion.rate = {61, 1}; }), "taken");
  EXPECT_NE(refusal([](LiveOptions& o) { o.stream.motion.rate = {25, 0}; }), "taken");
  EXPECT_NE(refusal([](LiveOptions& o) { o.sound_rate = 7999; }), "taken");
  EXPECT_NE(refusal([](LiveOptions& o) { o.sound_rate = 48001; }), "taken");
  EXPECT_NE(refusal([](LiveOptions& o) { o.most_queued_s = std::nan(""); }), "taken");
  EXPECT_NE(refusal([](LiveOptions& o) { o.stream.render.size = 8; }), "taken");
  EXPECT_EQ(refusal([](LiveOptions& o) { o.sound_rate = 11025; }), "taken");
  LiveStream stream = open_live(corner());
  RenderOptions none;
  none.size = 1;
  EXPECT_FALSE(stream.reshape(none));
}

TEST(LiveHostile, FramesTakeAnotherFormInMidSpeech) {
  LiveStream stream = open_live(small_live()), plain = open_live(small_live());
  LiveFrame frame, other;
  for (LiveStream* s : {&stream, &plain}) s->push(buzz(2, 16000));
  for (int k = 0; k < 40; ++k) {
    RenderOptions render;
    render.size = k % 16 < 8 ? 256 : 288;
    if (k % 8 == 0 && k > 0) {
      ASSERT_TRUE(stream.reshape(render));
    }
    stream.next(frame);
    plain.next(other);
    ASSERT_EQ(frame.frame.picture.width, k < 8 ? 256 : render.size);
    ASSERT_EQ(frame.code.aperture, other.code.aperture);
    ASSERT_TRUE(std::ranges::equal(frame.sound, other.sound));
  }
  RenderOptions render;
  for (const int size : {320, 256}) {  // the first one is never taken
    render.size = size;
    ASSERT_TRUE(stream.reshape(render));
  }
  stream.next(frame);
  EXPECT_EQ(frame.frame.picture.width, 256);
}

TEST(LiveHostile, AFrameAllocatesNothingButWhatTheNetworksDo) {
  LiveStream stream = open_live(corner(60, 48000));
  LiveFrame frame;
  const std::vector<float> packet = buzz(.02, 48000);
  std::vector<std::size_t> counts;
  counts.reserve(1000);
  double pushed_s = 0;
  for (int k = 0; k < 600; ++k) {
    for (; pushed_s < k / 60.; pushed_s += .02) stream.push(packet);
    if (k % 50 == 49) stream.interrupt();
    const std::size_t before = allocations();
    stream.next(frame);
    if (k >= 120) counts.push_back(allocations() - before);
  }
  // Networks run every 40 ms, two or three frames.
  const auto none = std::ranges::count(counts, 0U);
  EXPECT_GE(none, static_cast<std::ptrdiff_t>(counts.size() / 2));
  std::size_t most = 0, sum = 0;
  for (const std::size_t count : counts) most = std::max(most, count), sum += count;
  RecordProperty("allocations_a_frame",
                 std::to_string(static_cast<double>(sum) / static_cast<double>(counts.size())));
  std::printf("%.1f allocations a frame, all by OpenVINO; %td of %zu frames without\n",
              static_cast<double>(sum) / static_cast<double>(counts.size()), none, counts.size());
}

TEST(LiveHostile, ALongLifeTakesNoMemory) {
  if (kSanitized) GTEST_SKIP() << "sanitizers count otherwise";
  LiveStream stream = open_live(corner(25, 24000));
  const std::vector<float> packet = buzz(.04, 24000);
  LiveFrame frame;
  std::size_t start = 0;
  for (int k = 0; k < 25 * 40; ++k) {  // longer than any queue on the way
    if (k % 200 < 100) stream.push(packet);
    if (k % 200 == 99) stream.speak_end();
    if (k % 10 == 0)
      stream.next(frame);
    else
      stream.skip();
    if (k == 25 * 20) start = live_heap_bytes();
  }
  EXPECT_LT(static_cast<std::int64_t>(live_heap_bytes()) - static_cast<std::int64_t>(start), 100'000);
}

TEST(LiveHostile, PicturesOfOtherSizesLeaveNothingBehind) {
  if (kSanitized) GTEST_SKIP() << "sanitizers count otherwise";
  LiveStream stream = open_live(corner(25, 24000));
  LiveFrame frame;
  std::size_t start = 0;
  for (int k = 0; k < 16; ++k) {
    RenderOptions render = corner().stream.render;
    render.size = k % 2 == 0 ? 384 : 512;
    std::thread([&] { ASSERT_TRUE(stream.reshape(render)); }).join();
    for (int i = 0; i < 2; ++i) stream.next(frame);
    if (k == 5) start = live_heap_bytes();
  }
  EXPECT_LT(static_cast<std::int64_t>(live_heap_bytes()) - static_cast<std::int64_t>(start), 1'000'000);
}

TEST(LiveHostile, TwoThreadsOnEachOfThreeStreamsThatShareAModel) {
  constexpr int kFrames = 60;
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  std::vector<LiveStream> streams;
  for (const int rate : {16000, 48000, 22050}) streams.push_back(open_live(corner(25, rate)));
  for (LiveStream& stream : streams) {
    auto done = std::make_shared<std::atomic<bool>>(false);
    threads.emplace_back([&stream, done] {
      Random random(static_cast<std::uint64_t>(stream.sound_rate()));
      const std::vector<float> sound = buzz(1, stream.sound_rate());
      while (!*done) {
        stream.push(std::span(sound).first(random.bits() % sound.size() / 4));
        const std::uint64_t what = random.bits() % 40;
        if (what == 0) stream.interrupt();
        if (what == 1) stream.clear();
        if (what < 6) stream.speak_end();
        if (what == 7) (void)stream.reshape(corner().stream.render);
        MotionControls controls;
        controls.head_pose[0] = static_cast<float>(random.uniform(-1, 1));
        stream.control(controls);
        if (stream.queued_s() > 2) stream.clear();
        std::this_thread::sleep_for(std::chrono::milliseconds(random.bits() % 5));
      }
    });
    threads.emplace_back([&stream, &good, done] {
      LiveFrame frame;
      for (int k = 0; k < kFrames; ++k) {
        if (k % 5 == 4) {
          stream.skip();
        } else if (stream.next(frame) && is_finite(frame.code)) {
          ++good;
        }
      }
      *done = true;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 3 * kFrames * 4 / 5);
}

}  // namespace
}  // namespace parlante::testing
