// Counts every allocation of this program.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "track/tracked_clip.hpp"

namespace {
std::atomic<long> allocations{0};
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace parlante::testing {

TEST(SolveAllocation, SolvingAFrameAllocatesNothing) {
  auto clip = with_rest({frame_of({{Blendshape::jawOpen, .4F}}), frame_of({{Blendshape::mouthPucker, .5F}})});
  clip[1].known = mouth_and_stiff_points();
  const auto person = solver().calibrate(clip);
  ASSERT_TRUE(person);
  const long before = allocations;
  int solved = 0;
  for (const TrackedFrame& frame : clip) solved += solver().solve(frame, *person).has_value();
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(solved, static_cast<int>(clip.size()));
}

}  // namespace parlante::testing
