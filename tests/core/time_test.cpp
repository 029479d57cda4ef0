#include "core/time.hpp"

#include <gtest/gtest.h>

namespace parlante {

TEST(Time, FramesFallOnTheirSamplesEvenAfterHours) {
  EXPECT_EQ(sample_of_frame(1, {25, 1}), 640);
  EXPECT_EQ(sample_of_frame(3, {30, 1}), 1600);
  EXPECT_EQ(sample_of_frame(25LL * 3600 * 10, {25, 1}), 16000LL * 3600 * 10);
  EXPECT_EQ(sample_of_frame(30000, {30000, 1001}), 16000LL * 1001);
}

TEST(Time, TheLastFrameCoversTheLastSample) {
  EXPECT_EQ(frames_covering(0, {25, 1}), 0);
  EXPECT_EQ(frames_covering(1, {25, 1}), 1);
  EXPECT_EQ(frames_covering(640, {25, 1}), 1);
  EXPECT_EQ(frames_covering(641, {25, 1}), 2);
}

}  // namespace parlante
