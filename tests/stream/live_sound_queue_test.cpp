#include "stream/sound_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "core/random.hpp"
#include "support/live_heap.hpp"

namespace parlante::testing {
namespace {

std::vector<float> ramp(std::size_t count, std::size_t from = 0) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>((from + i) % 10007) / 10007;
  return values;
}

std::vector<float> read_all(SoundQueue& queue) {
  std::vector<float> all, some(777);
  while (const std::size_t count = queue.read(some).count)
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
  return all;
}

TEST(SoundQueue, GivesWhatCameInItsOrderHoweverItIsCut) {
  for (const std::size_t piece : {1U, 7U, 4095U, 4096U, 4097U, 50000U}) {
    SoundQueue queue(1 << 20);
    const auto sound = ramp(50000);
    for (std::size_t at = 0; at < sound.size(); at += piece)
      ASSERT_TRUE(queue.push(std::span(sound).subspan(at, std::min(piece, sound.size() - at))));
    EXPECT_EQ(queue.waiting(), 50000);
    EXPECT_EQ(read_all(queue), sound);
    EXPECT_EQ(queue.waiting(), 0);
  }
}

TEST(SoundQueue, StopsReadingWhereAnUtteranceEnds) {
  SoundQueue queue(1 << 20);
  std::vector<float> some(100);
  queue.end_utterance();  // of nothing
  EXPECT_FALSE(queue.end_is_known());
  for (int i = 0; i < 3; ++i) {
    queue.push(ramp(60));
    queue.end_utterance();
    queue.end_utterance();
  }
  for (int i = 0; i < 3; ++i) {
    const auto read = queue.read(some);
    EXPECT_EQ(read.count, 60U);
    EXPECT_TRUE(read.ended);
  }
  EXPECT_EQ(queue.read(some).count, 0U);
  queue.push(ramp(100));
  EXPECT_FALSE(queue.read(some).ended);
  queue.end_utterance();
  EXPECT_TRUE(queue.read(some).ended) << "an end that becomes known later";
}

TEST(SoundQueue, RefusesWhatIsTooMuchWhole) {
  SoundQueue queue(1000);
  EXPECT_FALSE(queue.push(ramp(1001)));
  EXPECT_TRUE(queue.push(ramp(1000)));
  EXPECT_FALSE(queue.push(ramp(1)));
  EXPECT_TRUE(queue.push({}));
  std::vector<float> some(10);
  queue.read(some);
  EXPECT_FALSE(queue.push(ramp(11)));
  EXPECT_TRUE(queue.push(ramp(10)));
}

TEST(SoundQueue, DropsAllThatCameBeforeAndNothingAfter) {
  SoundQueue queue(20000);
  EXPECT_FALSE(queue.obey().asked);
  queue.push(ramp(15000));
  queue.end_utterance();
  queue.drop(true);
  queue.drop(false);
  EXPECT_TRUE(queue.push(ramp(15000, 77))) << "what is dropped no longer counts";
  const auto drop = queue.obey();
  EXPECT_TRUE(drop.asked && drop.interrupts && drop.lost);
  EXPECT_FALSE(queue.end_is_known());
  EXPECT_EQ(read_all(queue), ramp(15000, 77));
  queue.drop(false);
  const auto nothing = queue.obey();
  EXPECT_TRUE(nothing.asked);
  EXPECT_FALSE(nothing.interrupts || nothing.lost);
}

TEST(SoundQueue, TakesWhatIsNoNumberForSilenceAndKeepsWithinFullScale) {
  SoundQueue queue(100);
  queue.push(std::vector<float>{std::nanf(""), std::numeric_limits<float>::infinity(), -3, 2, .5F});
  EXPECT_EQ(read_all(queue), (std::vector<float>{0, 0, -1, 1, .5F}));
}

TEST(SoundQueue, AStormOfEndsJoinsUtterancesAndLosesNothing) {
  SoundQueue queue(1 << 20);
  const auto sound = ramp(20000);
  for (const float s : sound) {
    ASSERT_TRUE(queue.push({&s, 1}));
    queue.end_utterance();
  }
  std::vector<float> all, some(100);
  int ends = 0;
  for (;;) {
    const auto read = queue.read(some);
    if (read.count == 0) break;
    ends += read.ended;
    all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(read.count));
  }
  EXPECT_EQ(all, sound);
  EXPECT_GE(ends, 4096);
}

TEST(SoundQueue, GivesMemoryBackWhenALongRowWasRead) {
  if (kSanitized) GTEST_SKIP() << "sanitizers keep what was freed";
  SoundQueue queue(std::int64_t{1} << 26);
  const std::size_t before = live_heap_bytes();
  {
    const std::vector<float> much(4 << 20);
    ASSERT_TRUE(queue.push(much));
  }
  EXPECT_GT(live_heap_bytes() - before, std::size_t{16} << 20);
  std::vector<float> some(4000);
  while (queue.read(some).count > 0) {
  }
  for (int i = 0; i < 3; ++i) {
    queue.push(some);
    queue.read(some);
  }
  EXPECT_LT(live_heap_bytes() - before, std::size_t{1} << 20);
}

TEST(SoundQueue, TwoThreadsAgreeOnEverySample) {
  SoundQueue queue(40000);
  constexpr std::size_t kAll = 3'000'000;
  std::thread writer([&] {
    Random random(3);
    for (std::size_t at = 0; at < kAll;) {
      const std::size_t count = std::min<std::size_t>(kAll - at, 1 + random.bits() % 9000);
      if (queue.push(ramp(count, at))) at += count;
      if (random.bits() % 8 == 0) queue.end_utterance();
    }
  });
  std::vector<float> some(1024);
  std::size_t got = 0;
  while (got < kAll) {
    const std::size_t count = queue.read(some).count;
    for (std::size_t i = 0; i < count; ++i, ++got)
      ASSERT_EQ(some[i], static_cast<float>(got % 10007) / 10007) << got;
    if (count == 0) std::this_thread::yield();
  }
  writer.join();
}

TEST(SoundQueue, WhatIsPushedAfterADropIsNeverDroppedByIt) {
  SoundQueue queue(1 << 20);
  constexpr int kRounds = 20000;
  std::atomic<int> round{0};
  // Each round's sound has its own value; of a round that has begun none from before may be read once the
  // drop was obeyed.
  std::thread writer([&] {
    for (int r = 1; r <= kRounds; ++r) {
      queue.drop(r % 2 == 0);
      const std::vector<float> sound(static_cast<std::size_t>(r % 3000), static_cast<float>(r) / kRounds);
      ASSERT_TRUE(queue.push(sound));
      round.store(r);
    }
  });
  std::vector<float> some(500);
  float highest = 0;
  while (highest < static_cast<float>(kRounds) / kRounds) {
    const int begun = round.load();
    queue.obey();
    const std::size_t count = queue.read(some).count;
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_GE(some[i], static_cast<float>(begun) / kRounds);
      ASSERT_GE(some[i], highest);
      highest = some[i];
    }
    if (round.load() == kRounds && queue.readable() == 0) break;
  }
  writer.join();
  queue.obey();
}

}  // namespace
}  // namespace parlante::testing
