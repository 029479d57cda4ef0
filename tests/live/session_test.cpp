// A session and those who watch it.
#include "live/session.hpp"

#include <gtest/gtest.h>

#include "mark/ai_label.hpp"
#include "stream/live_model.hpp"

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

}  // namespace
}  // namespace parlante::testing
