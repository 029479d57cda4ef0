// A session under load: what it shows when its frames cost more than there is time, and when that is over.
#include "live/session.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "stream/live_model.hpp"
#include "stream/quality_ladder.hpp"

namespace parlante::testing {
namespace {

/// Takes `cost_ms` for a picture of 512 px, and as much less as smaller ones are.
class CostlySink final : public MediaSink {
 public:
  void frame(const LiveFrame& frame) noexcept override {
    const double side = frame.frame.picture.width / 512.;
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(cost_ms * side * side));
    width = frame.frame.picture.width;
    if (frame.sound_from != next_sample) ++breaks;
    next_sample = frame.sound_from + static_cast<std::int64_t>(frame.sound.size());
  }
  std::atomic<double> cost_ms{0};
  std::atomic<int> width{0}, breaks{0};
  std::int64_t next_sample = 0;
};

struct Shown {
  Metrics metrics;
  std::shared_ptr<CostlySink> sink = std::make_shared<CostlySink>();
  std::mutex mutex;
  std::vector<int> resized;
  std::shared_ptr<Session> session;

  explicit Shown(int least_size) {
    Session::Options options;
    options.live = small_live();
    options.live.stream.render.size = 512;
    options.live.now = &std::chrono::steady_clock::now;
    options.least_size = least_size;
    const auto tell = [this](std::string_view text) {
      const auto event = nlohmann::json::parse(text);
      const std::lock_guard lock(mutex);
      if (event.at("event") == "resized") resized.push_back(event.at("width"));
    };
    session = Session::open(live_model(), small_avatar(), options, tell, metrics).value();
    session->attach(sink);
    session->start([] {});
  }
  ~Shown() {
    session->end();
    session->join();
  }
  /// What it takes, once that is known.
  double load() const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (session->load() == 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return session->load();
  }
  bool comes_to(int width, int seconds) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (sink->width != width) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }
};

TEST(SessionUnderLoad, ShowsSmallerPicturesAndLargeOnesAgainWhenItIsOver) {
  Shown shown(256);
  ASSERT_TRUE(shown.comes_to(512, 20));
  const double calm = shown.load();
  shown.sink->cost_ms = 90;  // at 20 pictures a second 384 px are still too many
  EXPECT_TRUE(shown.comes_to(384, 30));
  EXPECT_TRUE(shown.comes_to(256, 30));
  shown.sink->cost_ms = 0;
  const bool back = shown.comes_to(512, 120);
  // where large pictures take nearly all the time of themselves, small ones are right
  if (!back && calm > .8 * QualityLadder::kFree)
    GTEST_SKIP() << "too slow a machine for large pictures: " << calm;
  EXPECT_TRUE(back) << "it stays small, though large ones take " << calm;
  EXPECT_EQ(shown.sink->breaks, 0) << "no sound is lost";
  const std::lock_guard lock(shown.mutex);
  ASSERT_GE(shown.resized.size(), 3U) << "its client is told";
  EXPECT_EQ(shown.resized.front(), 384);
  EXPECT_EQ(shown.resized.back(), 512);
}

TEST(SessionUnderLoad, KeepsTheSizeWhereTheClientWantsIt) {
  Shown shown(512);
  ASSERT_TRUE(shown.comes_to(512, 20));
  shown.sink->cost_ms = 90;
  EXPECT_FALSE(shown.comes_to(384, 5));
}

TEST(SessionUnderLoad, SaysWhatItTakes) {
  Shown shown(512);
  shown.sink->cost_ms = 16;
  ASSERT_TRUE(shown.comes_to(512, 20));
  EXPECT_GE(shown.load(), 25 * .016);
  // listening costs the same at any rate of frames
  const double more = shown.session->load_of(50, 512) - shown.session->load_of(25, 512);
  EXPECT_GE(more, 25 * .016);
  EXPECT_LT(shown.session->load_of(25, 256), shown.session->load_of(25, 512));
}

}  // namespace
}  // namespace parlante::testing
