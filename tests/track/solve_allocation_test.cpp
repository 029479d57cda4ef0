#include <gtest/gtest.h>

#include "support/allocation_counter.hpp"
#include "track/tracked_clip.hpp"

namespace parlante::testing {

TEST(SolveAllocation, SolvingAFrameAllocatesNothing) {
  auto clip = with_rest({frame_of({{Blendshape::jawOpen, .4F}}), frame_of({{Blendshape::mouthPucker, .5F}})});
  clip[1].known = mouth_and_stiff_points();
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  const std::size_t before = allocations();
  int solved = 0;
  for (const TrackedFrame& frame : clip) solved += solver().solve(frame, *person).has_value();
  EXPECT_EQ(allocations() - before, 0U);
  EXPECT_EQ(solved, static_cast<int>(clip.size()));
}

}  // namespace parlante::testing
