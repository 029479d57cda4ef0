#include "live/sink_row.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace parlante::testing {
namespace {

class Sink final : public MediaSink {
 public:
  ~Sink() override { ended_on = std::this_thread::get_id(); }
  void frame(const LiveFrame&) noexcept override { ++frames; }
  bool open() const noexcept override { return open_; }
  void close() { open_ = false; }
  std::atomic<int> frames{0};
  static inline std::atomic<std::thread::id> ended_on{};

 private:
  std::atomic<bool> open_{true};
};

TEST(SinkRow, HoldsThoseWhoAreThereInTheirOrder) {
  SinkRow row;
  EXPECT_TRUE(row.now().empty());
  const auto first = std::make_shared<Sink>(), second = std::make_shared<Sink>();
  row.attach(first);
  row.attach(second);
  ASSERT_EQ(row.now().size(), 2U);
  EXPECT_EQ(row.now()[0]->sink, first);
  row.now()[1]->greeted = true;
  first->close();
  row.sweep();
  ASSERT_EQ(row.now().size(), 1U);
  EXPECT_EQ(row.now()[0]->sink, second);
  EXPECT_TRUE(row.now()[0]->greeted) << "it is not greeted again";
}

TEST(SinkRow, ASinkThatIsClosedIsFreedBySweepingAndNeverUnderAFrame) {
  SinkRow row;
  auto sink = std::make_shared<Sink>();
  const std::weak_ptr<Sink> watched = sink;
  row.attach(sink);
  const SinkRow::Seats& seats = row.now();
  sink->close();
  sink.reset();
  row.sweep();
  row.sweep();
  ASSERT_FALSE(watched.expired()) << "a frame may be on its way to it";
  EXPECT_FALSE(seats[0]->sink->open());
  std::thread frames([&] { EXPECT_TRUE(row.now().empty()); });
  frames.join();
  EXPECT_FALSE(watched.expired()) << "the frames' thread frees nothing";
  row.sweep();
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(Sink::ended_on.load(), std::this_thread::get_id());
}

TEST(SinkRow, ManyComeAndGoWhileFramesAreMade) {
  SinkRow row;
  std::atomic<bool> over{false};
  std::atomic<int> frames{0};
  std::thread maker([&] {
    while (!over) {
      for (const auto& seat : row.now()) {
        seat->greeted = true;
        seat->sink->frame({});
      }
      ++frames;
    }
  });
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i)
    clients.emplace_back([&] {
      for (int round = 0; round < 300; ++round) {
        const auto sink = std::make_shared<Sink>();
        row.attach(sink);
        const int before = frames;
        while (frames < before + 2) std::this_thread::yield();
        EXPECT_GT(sink->frames, 0) << "it gets the next frame";
        sink->close();
        row.sweep();
      }
    });
  for (auto& client : clients) client.join();
  over = true;
  maker.join();
  row.sweep();
  EXPECT_TRUE(row.now().empty());
}

}  // namespace
}  // namespace parlante::testing
