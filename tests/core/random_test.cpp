#include "core/random.hpp"

#include <gtest/gtest.h>

namespace parlante {

TEST(Random, TheSameSeedGivesTheSameNumbers) {
  Random a(7), b(7), c(8);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
  EXPECT_NE(a.bits(), c.bits());
}

TEST(Random, NormalHasMeanZeroAndUnitVariance) {
  Random random(1);
  double sum = 0, squares = 0;
  constexpr int n = 20000;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / n, 0, .03);
  EXPECT_NEAR(squares / n, 1, .05);
}

}  // namespace parlante
