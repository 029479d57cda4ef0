// A session under load: what it shows when its frames cost more than there is time, and when that is over.
#include "live/session.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "stream/live_model.hpp"

namespace parlante::testing {
namespace {

constexpr int kSide = 512;  ///< of the pictures that are asked for, px

/// Takes `cost_ms` for a picture of kSide, and as much less as smaller ones are.
class CostlySink final : public MediaSink {
 public:
  void frame(const LiveFrame& frame) noexcept override {
    const double side = frame.frame.picture.width / double{kSide};
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

  explicit Shown(int least_size, Rational rate = {25, 1}) {
    Session::Options options;
    options.live = small_live();
    options.live.stream.render.size = kSide;
    options.live.stream.motion.rate = rate;
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
  // so few pictures leave 70 ms for each to be drawn in, so that what they cost is the sink's to say
  Shown shown(kSide / 2, {10, 1});
  ASSERT_TRUE(shown.comes_to(kSide, 20));
  shown.sink->cost_ms = 180;  // of 100; three quarters of the side still take 101
  EXPECT_TRUE(shown.comes_to(kSide * 3 / 4, 30));
  EXPECT_TRUE(shown.comes_to(kSide / 2, 30));
  shown.sink->cost_ms = 0;
  EXPECT_TRUE(shown.comes_to(kSide, 120)) << "it stays small";
  EXPECT_EQ(shown.sink->breaks, 0) << "no sound is lost";
  const std::lock_guard lock(shown.mutex);
  ASSERT_GE(shown.resized.size(), 3U) << "its client is told";
  EXPECT_EQ(shown.resized.front(), kSide * 3 / 4);
  EXPECT_EQ(shown.resized.back(), kSide);
}

TEST(SessionUnderLoad, KeepsTheSizeWhereTheClientWantsIt) {
  Shown shown(kSide);
  ASSERT_TRUE(shown.comes_to(kSide, 20));
  shown.sink->cost_ms = 90;
  EXPECT_FALSE(shown.comes_to(kSide * 3 / 4, 5));
}

TEST(SessionUnderLoad, SaysWhatItTakes) {
  Shown shown(kSide);
  shown.sink->cost_ms = 16;
  ASSERT_TRUE(shown.comes_to(kSide, 20));
  EXPECT_GE(shown.load(), 25 * .016);
  // listening costs the same at any rate of frames
  const double more = shown.session->load_of(50, kSide) - shown.session->load_of(25, kSide);
  EXPECT_GE(more, 25 * .016);
  EXPECT_LT(shown.session->load_of(25, kSide / 2), shown.session->load_of(25, kSide));
}

}  // namespace
}  // namespace parlante::testing
