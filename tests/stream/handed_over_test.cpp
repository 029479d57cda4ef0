#include "stream/handed_over.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace parlante {
namespace {

/// Counts those that live, and where they end.
struct Thing {
  explicit Thing(int number_) : number(number_), other(-number_) { ++alive; }
  ~Thing() {
    --alive;
    ended_elsewhere += std::this_thread::get_id() != makers;
    number = other = 7;
  }
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
  int number, other;
  static inline std::atomic<int> alive{0}, ended_elsewhere{0};
  static inline std::thread::id makers;
};

TEST(HandedOver, WhatWasOfferedLastIsUsedAndTheRestIsFreed) {
  Thing::makers = std::this_thread::get_id();
  {
    HandedOver<Thing> things(std::make_unique<Thing>(0));
    EXPECT_EQ(things.newest().number, 0);
    things.offer(std::make_unique<Thing>(1));
    things.offer(std::make_unique<Thing>(2));
    EXPECT_EQ(Thing::alive, 2) << "one is used, one was never taken";
    EXPECT_EQ(things.newest().number, 2);
    EXPECT_EQ(things.newest().number, 2);
    things.free_returned();
    EXPECT_EQ(Thing::alive, 1);
    things.offer(std::make_unique<Thing>(3));
  }
  EXPECT_EQ(Thing::alive, 0);
}

TEST(HandedOver, TheUserSeesWholeThingsAndFreesNone) {
  Thing::makers = std::this_thread::get_id();
  Thing::ended_elsewhere = 0;
  constexpr int kLast = 20'000;
  {
    HandedOver<Thing> things(std::make_unique<Thing>(0));
    std::thread user([&] {
      for (int seen = 0; seen < kLast;) {
        const Thing& newest = things.newest();
        ASSERT_EQ(newest.number, -newest.other) << "it is whole, and not freed";
        ASSERT_GE(newest.number, seen);
        seen = newest.number;
      }
    });
    for (int i = 1; i <= kLast; ++i) things.offer(std::make_unique<Thing>(i));
    user.join();
  }
  EXPECT_EQ(Thing::alive, 0);
  EXPECT_EQ(Thing::ended_elsewhere, 0);
}

}  // namespace
}  // namespace parlante
