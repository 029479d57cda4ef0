#include "core/queue.hpp"

#include <gtest/gtest.h>

namespace parlante {
namespace {

TEST(Queue, GivesInOrderHoweverOftenItGoesRound) {
  Queue<int> queue;
  int next = 0, value = -1;
  EXPECT_FALSE(queue.pop(value));
  EXPECT_EQ(value, -1);
  for (int i = 0; i < 1000; ++i) {
    queue.push(i);
    if (i % 3 != 0) continue;
    ASSERT_TRUE(queue.pop(value));
    EXPECT_EQ(value, next++);
  }
  while (queue.pop(value)) EXPECT_EQ(value, next++);
  EXPECT_EQ(next, 1000);
}

TEST(Queue, TakesNoMoreThanItHasRoomForWhereItMayNotGrow) {
  Queue<int> queue(3);
  int value = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push_into_room(i));
    EXPECT_FALSE(queue.push_into_room(3));
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(queue.pop(value));
      EXPECT_EQ(value, i);
    }
    EXPECT_TRUE(queue.empty());
  }
  EXPECT_FALSE(Queue<int>().push_into_room(1));
}

}  // namespace
}  // namespace parlante
