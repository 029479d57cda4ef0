#include "core/lazy_zeros.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace parlante {
namespace {

/// Pages of this process that are in memory, as Linux counts them; 0: not known.
std::size_t resident_pages() {
  std::size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident;
}

}  // namespace

TEST(LazyZeros, BeginAtACacheLineAndAreZero) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{1000}, std::size_t{3} << 20}) {
    LazyZeros<float> zeros(count);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(zeros.data()) % kCacheLine, 0u);
    EXPECT_TRUE(std::all_of(zeros.begin(), zeros.end(), [](float v) { return v == 0; }));
    std::fill(zeros.begin(), zeros.end(), 1.f);
  }
}

TEST(LazyZeros, AreZeroAgainAfterAnotherSizeIsAskedFor) {
  LazyZeros<float> zeros(10000);
  for (const std::size_t count : {std::size_t{100}, std::size_t{20000}}) {
    std::fill(zeros.begin(), zeros.end(), 1.f);
    zeros.reset(count);
    EXPECT_EQ(zeros.size(), count);
    EXPECT_TRUE(std::all_of(zeros.begin(), zeros.end(), [](float v) { return v == 0; }));
  }
  EXPECT_THROW(zeros.reset(SIZE_MAX / 2), std::bad_alloc);
  EXPECT_EQ(zeros.size(), 20000u) << "as it was";
}

TEST(LazyZeros, MoveTheirMemory) {
  LazyZeros<int> from(3), to(5);
  from[2] = 7;
  to = std::move(from);
  EXPECT_EQ(to.size(), 3u);
  EXPECT_EQ(to[2], 7);
  const LazyZeros<int> last(std::move(to));
  EXPECT_EQ(last[2], 7);
}

TEST(LazyZeros, TakeMemoryOnlyWhereTheyAreWritten) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers keep memory of their own beside each byte";
#endif
  const std::size_t before = resident_pages();
  if (before == 0) GTEST_SKIP() << "this system does not say how much memory is used";
  LazyZeros<float> zeros(std::size_t{64} << 20);
  zeros[0] = zeros[zeros.size() - 1] = 1;
  const std::size_t bytes = (resident_pages() - before) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  EXPECT_LT(bytes, std::size_t{8} << 20) << "of 256 MB";
}

}  // namespace parlante
