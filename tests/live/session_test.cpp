// A session and those who watch it.
#include "live/session.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "live/session_table.hpp"
#include "mark/ai_label.hpp"
#include "stream/live_model.hpp"
#include "support/allocation_counter.hpp"

namespace parlante::testing {
namespace {

/// Keeps the pixels under the label of the first frames it gets.
class Watcher final : public MediaSink {
 public:
  explicit Watcher(const MediaForm& form)
      : box_(AiLabel(LabelTimes::repeat, form.rate, form.width, form.height).box()) {}
  void frame(const LiveFrame& frame) noexcept override {
    if (!watched()) return;
    const std::lock_guard lock(mutex_);
    if (looks_.size() == kKept) return;
    double sum = 0;
    for (int y = 0; y < box_.height; ++y)
      for (int x = 0; x < box_.width; ++x) sum += frame.frame.picture.at(box_.x + x, box_.y + y)[1];
    looks_.push_back({frame.frame.index, sum / (box_.width * box_.height)});
  }
  bool watched() const noexcept override { return comes_; }
  void come() { comes_ = true; }

  struct Look {
    std::int64_t frame;
    double brightness;
  };
  std::vector<Look> looks() {
    const std::lock_guard lock(mutex_);
    return looks_;
  }
  /// The first look at frame `frame` or after it: a busy machine leaves frames out.
  Look wait_for(std::int64_t frame) {
    for (int i = 0; i < 6000; ++i) {
      for (const Look& look : looks())
        if (look.frame >= frame) return look;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "no frame came";
    return {};
  }
  static constexpr std::size_t kKept = 200;

 private:
  PixelRect box_;
  std::atomic<bool> comes_{false};
  std::mutex mutex_;
  std::vector<Look> looks_;
};

TEST(Session, WhoJoinsLateSeesTheLabelAtOnce) {
  Metrics metrics;
  auto session = Session::open(
      live_model(), small_avatar(), {.live = small_live()}, [](std::string_view) {}, metrics);
  ASSERT_TRUE(session) << session.error().message;
  const auto first = std::make_shared<Watcher>((*session)->form()),
             late = std::make_shared<Watcher>((*session)->form());
  first->come();
  (*session)->attach(first);
  (*session)->attach(late);  // connected, but nothing reaches it yet
  (*session)->start([] {});
  const double labelled = first->wait_for(0).brightness,
               plain = first->wait_for(90).brightness;  // of 25 a second
  EXPECT_GT(std::abs(labelled - plain), 10) << "it is seen for three seconds";
  late->come();
  const Watcher::Look joined = late->wait_for(0), later = late->wait_for(joined.frame + 1);
  EXPECT_NEAR(joined.brightness, labelled, 3);
  if (later.frame < joined.frame + 60) {
    EXPECT_NEAR(later.brightness, labelled, 3);
  }
  (*session)->end();
  (*session)->join();
}

/// Counts what its thread has asked for between one frame and the next.
class Counter final : public MediaSink {
 public:
  void frame(const LiveFrame&) noexcept override {
    const std::size_t now = allocations_of_thread();
    if (frames > kFirst) asked_for += now - before_;
    ++frames;
    before_ = now;
  }
  static constexpr int kFirst = 30;  ///< in which the first picture is made
  std::atomic<int> frames{0};
  std::atomic<std::size_t> asked_for{0};

 private:
  std::size_t before_ = 0;
};

TEST(Session, FramesEventsAndFiguresAreMadeWithoutMemory) {
  Metrics metrics;
  std::atomic<int> told{0};
  auto session = Session::open(
      live_model(), small_avatar(), {.live = small_live()}, [&](std::string_view) { ++told; }, metrics);
  ASSERT_TRUE(session) << session.error().message;
  const auto counter = std::make_shared<Counter>();
  (*session)->attach(counter);
  (*session)->start([] {});
  const std::vector<float> sound(8000, .1F);
  for (int frames = Counter::kFirst; frames < 120; frames += 30) {
    (*session)->push(sound);
    (*session)->interrupt();
    (*session)->push(sound);
    (*session)->speak_end();
    while (counter->frames < frames) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  (*session)->end();
  (*session)->join();
  EXPECT_GE(told, 4);
  EXPECT_EQ(counter->asked_for, 0U);
}

/// A session in a table, whose end hangs until it is let go.
TEST(SessionTable, APlaceIsGivenAwayWhileTheOneBeforeIsEnding) {
  Metrics metrics;
  SessionTable table(1, metrics);
  auto session = Session::open(
      live_model(), small_avatar(), {.live = small_live()}, [](std::string_view) {}, metrics);
  ASSERT_TRUE(session) << session.error().message;
  ASSERT_TRUE(table.reserve());
  EXPECT_FALSE(table.reserve());
  std::promise<void> let_go;
  table.enter(*session, [end = let_go.get_future().share()] { end.wait(); });
  EXPECT_FALSE(table.reserve());
  (*session)->end();
  while (!(*session)->ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  // whoever asks may hold what the ending one waits for
  auto asked = std::async(std::launch::async, [&] { return table.reserve(); });
  EXPECT_EQ(asked.wait_for(std::chrono::seconds(20)), std::future_status::ready) << "it waits for the other";
  let_go.set_value();
  EXPECT_TRUE(asked.get());
  table.leave();
  table.tidy();
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace parlante::testing
