// The program of docs/live-stream.md, word for word (the second test compares).
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "stream/live_clock.hpp"
#include "stream/live_model.hpp"
#include "stream/live_stream.hpp"
#include "stream/quality_ladder.hpp"
#include "support/wav.hpp"

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(std::string(PARLANTE_SOURCE_DIR) + "/" + file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST(LiveProgram, SpeaksOnOneThreadAndShowsOnAnother) {
  const auto model = parlante::testing::live_model();
  const auto avatar = parlante::testing::small_avatar();
  const std::vector<float> voice = parlante::testing::buzz(.3, 24000);
  std::int64_t shown = 0, heard = 0, ends = 0;
  const auto show = [&](const parlante::ImageU8& picture) { shown += picture.width == 512; };
  const auto play = [&](std::span<const float> sound) { heard += static_cast<std::int64_t>(sound.size()); };
  std::atomic<bool> live{true};
  double played_ms = 0;
  const auto spoken = [&](double ms) { ++ends, played_ms = ms, live = false; };

  // clang-format off
using parlante::LiveClock;
using parlante::QualityLadder;
using Clock = std::chrono::steady_clock;

parlante::LiveOptions options;
options.stream.motion.rate = {25, 1};
options.sound_rate = 24000;  // of what is pushed and given out
options.now = &Clock::now;   // how old sound is counts
auto stream = parlante::LiveStream::open(model, avatar, options).value();

std::thread frames([&] {
  LiveClock clock(stream.rate(), Clock::now());
  QualityLadder ladder(stream.rate(), 512, 512);  // fewer pictures under load, never smaller ones
  parlante::LiveFrame frame;
  while (live) {
    std::this_thread::sleep_until(clock.due());
    const auto begins = Clock::now();
    const std::int64_t late = clock.late();
    const bool draws = clock.turn(begins) == LiveClock::Turn::draw || !stream.skip();
    if (draws) {
      stream.next(frame);
      show(frame.frame.picture);  // RGB, marked
      play(frame.sound);          // what is heard while it is shown
      if (frame.speak_ended) spoken(frame.played_ms);
    }
    clock.done();
    const auto made = draws                 ? QualityLadder::Made::drawn
                      : clock.late() > late ? QualityLadder::Made::late
                                            : QualityLadder::Made::left_out;
    if (ladder.add(std::chrono::duration<double>(Clock::now() - begins).count(), made))
      clock.draw_at(ladder.now().pictures);
  }
});
stream.push(voice);  // any amount, at any time, as fast as it comes
stream.speak_end();  // what was pushed is all that is said
frames.join();
  // clang-format on

  EXPECT_EQ(ends, 1);
  EXPECT_NEAR(played_ms, 300, .1);
  EXPECT_GT(shown, 2);
  EXPECT_GT(heard, static_cast<std::int64_t>(voice.size()));
}

TEST(LiveProgram, StandsInItsPage) {
  const std::string page = text_of("docs/live-stream.md"),
                    test = text_of("tests/stream/live_program_test.cpp");
  const auto begin = page.find("```cpp\n"), end = page.find("```\n", begin + 7);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  EXPECT_NE(test.find(page.substr(begin + 7, end - begin - 7)), std::string::npos);
}
