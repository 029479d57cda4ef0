// The timeline of a live stream's sound, in packets as a microphone, a voice in a hurry or a bad network
// bring them.
#include "stream/spoken_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parlante::testing {
namespace {

constexpr int kRate = 16000;
constexpr std::int64_t kStep = 640, kDelay = 2240;  // 40 ms, 140 ms
using Kind = SpokenLine::Event::Kind;

std::vector<float> ramp(std::size_t count, std::size_t from = 0) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>((from + i) % 5003 + 1) / 5003;
  return values;
}

struct Line {
  SoundQueue queue{1 << 22};
  LineNeeds needs{{25, 1}, {}, kRate, 0};  // kDelay, frame by frame
  SpokenLine line{queue, needs, 2};
  std::int64_t steps = 0;
  double age_s = 0;  ///< of the last packet
  std::vector<float> sound;
  std::vector<SpokenLine::Event> events;

  void step(int count = 1) {
    for (; count > 0; --count) {
      line.cut();
      line.extend(steps, age_s);
      ++steps;
      std::vector<float> played(kStep);
      ASSERT_EQ(line.play(steps * kStep, played).size(), static_cast<std::size_t>(kStep));
      sound.insert(sound.end(), played.begin(), played.end());
      SpokenLine::Event event;
      while (line.take(event)) events.push_back(event);
    }
  }
  std::vector<float> spoken() const {
    std::vector<float> all;
    std::ranges::copy_if(sound, std::back_inserter(all), [](float s) { return s != 0; });
    return all;
  }
  /// Silence between the first and the last sound, samples.
  std::int64_t gaps() const {
    const auto loud = [](float s) { return s != 0; };
    const auto first = std::ranges::find_if(sound, loud);
    const auto last = std::find_if(sound.rbegin(), sound.rend(), loud).base();
    return std::count(first, last, 0.F);
  }
};

TEST(SpokenLine, PlaysWhatComesInAHurryWithoutAGap) {
  Line line;
  line.step(3);
  line.queue.push(ramp(50000));
  line.step(3);
  line.queue.push(ramp(50000, 50000));
  line.queue.end_utterance();
  line.step(200);
  EXPECT_EQ(line.spoken(), ramp(100000));
  EXPECT_EQ(line.gaps(), 0);
  EXPECT_EQ(line.sound[2 * kStep + kDelay], ramp(1)[0]) << "the first step after the push, and the delay";
  ASSERT_EQ(line.events.size(), 2U);
  EXPECT_EQ(line.events[0].kind, Kind::started);
  EXPECT_EQ(line.events[1].kind, Kind::ended);
  EXPECT_NEAR(line.events[1].played_ms, 6250, 1e-9);
}

/// Pushes packets as a microphone does, `phase` samples after frames begin, and looks at what becomes of it.
struct Microphone {
  Line line;
  std::size_t packet, phase, pushed = 0;

  void speak(std::size_t steps, bool knows_time) {
    line.step(5);
    for (std::size_t step = 1; step <= steps; ++step) {
      const std::size_t now = step * kStep;
      while (pushed + packet + phase <= now) line.queue.push(ramp(packet, pushed)), pushed += packet;
      if (knows_time) line.age_s = static_cast<double>(now - phase - pushed) / kRate;
      line.step();
    }
    line.queue.end_utterance();
    line.step(10);
  }
  /// From a packet's coming to its last sample played, s.
  double delay_s() const {
    const auto first = std::ranges::find_if(line.sound, [](float s) { return s != 0; });
    const auto came = static_cast<std::ptrdiff_t>(5 * kStep + phase);
    return static_cast<double>(first - line.sound.begin() - came) / kRate;
  }
};

TEST(SpokenLine, PlaysAMicrophonesPacketsWithoutAGap) {
  for (const std::size_t packet : {160U, 320U, 480U, 640U, 1000U}) {
    for (const std::size_t phase : {0U, 100U, 300U}) {
      for (const bool knows_time : {false, true}) {
        Microphone microphone{{}, packet, phase};
        microphone.speak(200, knows_time);
        EXPECT_EQ(microphone.line.spoken(), ramp(microphone.pushed));
        EXPECT_EQ(microphone.line.gaps(), 0) << packet << " " << phase << " " << knows_time;
        EXPECT_EQ(microphone.line.line.late(), 0) << packet << " " << phase << " " << knows_time;
      }
    }
  }
}

TEST(SpokenLine, WhoKnowsTheTimeWaitsNoLongerThanPacketsNeed) {
  // Packets of 20 ms, two a frame: their sound is spoken 20 ms before, and heard 140 ms behind.
  for (const std::size_t phase : {0U, 100U, 200U}) {
    Microphone knows{{}, 320, phase}, does_not{{}, 320, phase};
    knows.speak(50, true);
    does_not.speak(50, false);
    EXPECT_LE(knows.delay_s(), .140 + .020 + .004 + 1e-3) << phase;
    EXPECT_LE(knows.delay_s(), does_not.delay_s() + 1e-9) << phase;
  }
}

TEST(SpokenLine, LosesNothingOnABadNetworkAndLearnsToWait) {
  Line line;
  line.age_s = .01;
  std::size_t made = 0, pushed = 0;
  line.step(2);
  std::int64_t late_at_half = 0;
  for (std::size_t step = 1; step <= 1000; ++step) {
    made += kStep;
    // Every few steps nothing comes, and then all that was held up.
    if (step % 7 != 3) line.queue.push(ramp(made - pushed, pushed)), pushed = made;
    line.step();
    if (step == 500) late_at_half = line.line.late();
  }
  line.queue.end_utterance();
  line.step(20);
  EXPECT_EQ(line.spoken(), ramp(made));
  EXPECT_GE(late_at_half, 1);
  EXPECT_EQ(line.line.late(), late_at_half) << "it goes on being late";
  EXPECT_LE(line.gaps(), kRate / 5);
  ASSERT_EQ(line.events.size(), 2U) << "gaps do not end an utterance";
  EXPECT_NEAR(line.events[1].played_ms, static_cast<double>(made) / 16, 1e-9);
}

TEST(SpokenLine, AnUtteranceWithoutAnEndIsOverAfterTheLongestGap) {
  Line line;
  line.queue.push(ramp(3000));
  line.step(100);
  ASSERT_EQ(line.events.size(), 2U);
  EXPECT_NEAR(line.events[1].played_ms, 187.5, 1e-9);
  EXPECT_EQ(line.spoken(), ramp(3000));
  line.queue.push(ramp(3000));
  line.step(100);
  EXPECT_EQ(line.events.size(), 4U);
}

TEST(SpokenLine, AnEndThatIsSaidLateComesAtOnce) {
  Line line;
  line.queue.push(ramp(3000));
  line.step(20);
  EXPECT_EQ(line.events.size(), 1U);
  line.queue.end_utterance();
  line.step();
  ASSERT_EQ(line.events.size(), 2U);
  EXPECT_NEAR(line.events[1].played_ms, 187.5, 1e-9);
}

TEST(SpokenLine, ASingleSampleIsAnUtterance) {
  Line line;
  line.queue.push(ramp(1));
  line.queue.end_utterance();
  line.step(10);
  EXPECT_EQ(line.spoken(), ramp(1));
  ASSERT_EQ(line.events.size(), 2U);
  EXPECT_NEAR(line.events[1].played_ms, 1 / 16., 1e-9);
  line.queue.push(ramp(1));  // and nobody says that it is one
  line.step(10);
  EXPECT_EQ(line.spoken().size(), 2U);
}

TEST(SpokenLine, AManyTimesEndedRowIsPlayedWholeWithItsEvents) {
  Line line;
  for (int i = 0; i < 50; ++i) {
    line.queue.push(ramp(10, static_cast<std::size_t>(10 * i)));
    line.queue.end_utterance();
  }
  line.step(80);
  EXPECT_EQ(line.spoken(), ramp(500));
  ASSERT_EQ(line.events.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_EQ(line.events[i].kind, i % 2 ? Kind::ended : Kind::started) << i;
}

TEST(SpokenLine, ACutIsSilentWithinAFewMillisecondsAndCountsWhatWasPlayed) {
  for (const bool interrupts : {true, false}) {
    Line line;
    line.queue.push(ramp(50000));
    line.step(20);
    const std::size_t played = line.spoken().size(), until = line.sound.size();
    line.queue.drop(interrupts);
    line.step(20);
    const auto fade = static_cast<std::size_t>(SpokenLine::kFade_s * kRate);
    for (std::size_t i = until + fade; i < line.sound.size(); ++i) ASSERT_EQ(line.sound[i], 0);
    for (std::size_t i = until + 1; i < until + fade; ++i)
      ASSERT_LT(std::abs(line.sound[i] - line.sound[i - 1]), .05F) << "a click";
    ASSERT_EQ(line.events.size(), 2U);
    EXPECT_EQ(line.events[1].kind, Kind::ended);
    EXPECT_EQ(line.events[1].interrupted, interrupts);
    EXPECT_NEAR(line.events[1].played_ms, static_cast<double>(played) / 16, 1e-9);
  }
}

TEST(SpokenLine, ACutOfWhatWasNotHeardYetIsSaidOnlyWhenItInterrupts) {
  for (const bool interrupts : {true, false}) {
    Line line;
    line.step(3);
    line.queue.push(ramp(50000));
    line.step(2);
    line.queue.drop(interrupts);
    line.step(20);
    ASSERT_EQ(line.events.size(), interrupts ? 1U : 0U);
    if (interrupts) {
      EXPECT_TRUE(line.events[0].interrupted);
      EXPECT_EQ(line.events[0].played_ms, 0);
    }
    EXPECT_EQ(line.spoken().size(), 0U);
  }
}

TEST(SpokenLine, ACutWhereNobodySpeaksIsNoEvent) {
  Line line;
  line.step(3);
  for (int i = 0; i < 100; ++i) {
    line.queue.drop(true);
    line.step();
  }
  EXPECT_TRUE(line.events.empty());
}

}  // namespace
}  // namespace parlante::testing
